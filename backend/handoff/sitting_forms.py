"""What the steps of a session send."""

from typing import Self

from backend.handoff.conclude import NO_GAPS, NO_REASON, OUTCOMES
from backend.web import forms


class Stated(forms.Form):
    """One statement: `answer` said, refused, or none."""

    code = forms.Field("陈述", longest=20)
    answer = forms.Field("说了没有", longest=8)


class Signed(forms.Form):
    """The record under the hash of the text that was shown."""

    hash = forms.Field("办理记录", longest=64)
    signature = forms.Field("签名", required=False, longest=30_000)
    on_paper = forms.Field("在打印的上面签了", type=bool, required=False)

    def judged(self) -> Self:
        """Signed one way or the other."""
        super().judged()
        if not self.errors and not self.signature and not self.on_paper:
            self.refuse("signature", "请在框里签名；在纸上签的，勾上下面一格")
        return self


class Shown(forms.Form):
    """The hash of the text that was shown."""

    hash = forms.Field("办理记录", longest=64)


class Concluded(forms.Form):
    """结果; the reason of a refusal, or what is missing, a line each."""

    outcome = forms.Field("结果", longest=12, type=str)
    why = forms.Field("理由和依据", required=False, longest=500)
    gaps = forms.Field("还要补什么", required=False, longest=1000)

    def judged(self) -> Self:
        """What the outcome needs is there."""
        super().judged()
        if self.errors:
            return self
        if self.outcome not in OUTCOMES:
            self.refuse("outcome", "请选结果")
        elif self.outcome == "refused" and not self.why:
            self.refuse("why", NO_REASON)
        elif self.outcome == "gaps" and not 0 < len(self.named()) <= 20:
            self.refuse("gaps", NO_GAPS if not self.named() else "最多写 20 样")
        elif any(len(one) > 120 for one in self.named()):
            self.refuse("gaps", "每一样最多 120 个字")
        return self

    def named(self) -> tuple[str, ...]:
        """Each gap by itself; only where something is missing."""
        if self.outcome != "gaps":
            return ()
        lines = (line.strip() for line in self.gaps.splitlines())
        return tuple(dict.fromkeys(line for line in lines if line))
