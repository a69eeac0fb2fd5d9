"""The rules say no, in the words that the citizen reads."""


class Refusal(Exception):
    """A rule's no (409). The text is a plain Chinese sentence that says what can be done instead."""

    status = 409

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence


class NotFound(Refusal):
    """There is no such row, or it is a stranger's: the two are not told apart (404)."""

    status = 404

    def __init__(self, sentence: str = "没有找到这一页，可能已经删除或地址有误") -> None:
        super().__init__(sentence)


class Denied(Refusal):
    """The person is known, but this is not theirs to do (403)."""

    status = 403

    def __init__(self, sentence: str = "你的岗位不能做这件事，请找管理员开通") -> None:
        super().__init__(sentence)


class SignInFirst(Refusal):
    """Nobody is signed in (401); pages lead to the sign-in form and back."""

    status = 401

    def __init__(self, sentence: str = "请先登录", staff: bool = False) -> None:
        super().__init__(sentence)
        self.staff = staff


class Unpaired(Refusal):
    """A page of a hall's screens, asked for by a browser that is none (403)."""

    status = 403

    def __init__(
        self, sentence: str = "这块屏还没有登记，或已经停用。请大厅负责人在工作台的“设备”里登记"
    ) -> None:
        super().__init__(sentence)
