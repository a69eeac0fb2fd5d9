"""What the hall hears: 请 A零零五 号，到 3 号窗口办理. Digits of a number are spoken singly."""

DIGITS = "零一二三四五六七八九"


def spoken(number: str, counter: int) -> str:
    """The announcement of a call; the screen says it twice."""
    read = "".join(DIGITS[int(sign)] if sign.isascii() and sign.isdigit() else sign for sign in number)
    return f"请 {read} 号，到 {counter} 号窗口办理"
