"""What the demonstration's people write: invented sentences about things, never about persons."""

from collections.abc import Mapping, Sequence
from random import Random
from typing import Final

# Clauses of complaint, by criterion of sipas-2017; each stands as a reason alone and within a comment.
COMPLAINTS: Final[Mapping[str, Sequence[str]]] = {
    "A1": (
        "ghế chờ quá ít, người già cũng phải đứng",
        "đông người mà chỉ có một dãy ghế, tôi đứng gần một tiếng",
        "sáng đầu tuần không còn chỗ ngồi",
    ),
    "A2": (
        "máy lấy số hỏng từ tuần trước, ai đến trước cứ chen lên",
        "nơi chờ chỉ có một cái quạt, trời nóng rất khó chịu",
        "bàn viết không có bút, phải đi mượn",
    ),
    "A3": (
        "máy tính ở quầy quá cũ, mở một hồ sơ cũng phải chờ lâu",
        "màn hình gọi số mờ, đứng xa không đọc được",
    ),
    "A4": (
        "máy tra cứu chữ nhỏ, người lớn tuổi không bấm được",
        "máy lấy số có nhiều mục quá, không biết chọn mục nào",
    ),
    "B1": (
        "bảng niêm yết thiếu thủ tục tôi cần làm",
        "giấy tờ phải nộp không ghi đủ trên bảng, phải hỏi từng người",
    ),
    "B2": (
        "mẫu đơn dán trên bảng là mẫu cũ, về nhà phải làm lại từ đầu",
        "thông tin trên bảng khác với lời hướng dẫn ở quầy",
    ),
    "B3": (
        "tôi bị yêu cầu thêm bản sao chứng thực không có trong danh mục",
        "giấy tờ đã nộp rồi vẫn bị yêu cầu nộp lại",
    ),
    "B4": (
        "có khoản thu không thấy biên lai",
        "không có bảng phí, hỏi thì mỗi người nói một mức",
    ),
    "B5": (
        "hồ sơ trễ hẹn hai tuần mà không ai báo",
        "tôi phải đi lại ba lần mới nộp được hồ sơ",
        "chờ từ sáng đến gần trưa mới đến lượt",
    ),
    "C1": (
        "người ở quầy trả lời cộc lốc, không nhìn người dân",
        "tôi hỏi lại một câu thì bị tỏ thái độ khó chịu",
    ),
    "C2": (
        "tôi chưa nói hết câu đã bị ngắt lời",
        "người tiếp nhận vừa nghe vừa xem điện thoại",
    ),
    "C3": (
        "hỏi ba câu chỉ được trả lời một câu",
        "hỏi bao giờ có kết quả thì chỉ được bảo cứ về chờ",
    ),
    "C4": (
        "không ai hướng dẫn ghi tờ khai, ghi sai lại phải về làm lại",
        "mắt tôi kém, nhờ xem giúp tờ khai mà không được giúp",
    ),
    "C5": (
        "hướng dẫn nói nhanh, dùng nhiều từ chuyên môn, nghe không hiểu",
        "mỗi lần đến lại được hướng dẫn một kiểu",
    ),
    "C6": (
        "người quen đến sau lại được gọi trước",
        "trong giờ làm việc mà quầy không có ai gần nửa tiếng",
    ),
    "D1": (
        "kết quả trả muộn hơn ngày ghi trên giấy hẹn",
        "giấy nhận về không đúng loại tôi đề nghị",
    ),
    "D2": (
        "kết quả không ghi đủ thông tin, tôi phải xin bổ sung",
        "giấy tờ nhận về thiếu một trang phụ lục",
    ),
    "D3": (
        "giấy khai sinh ghi sai ngày sinh của cháu, phải làm lại",
        "tên đệm bị ghi sai dấu, lại mất thêm một buổi",
    ),
    "E1": (
        "không thấy hòm thư góp ý đặt ở đâu",
        "số điện thoại phản ánh dán ở góc khuất, gọi cũng không ai nghe",
    ),
    "E2": (
        "muốn góp ý phải viết đơn, rất ngại",
        "góp ý qua mạng phải khai nhiều mục quá",
    ),
    "E3": (
        "góp ý từ tháng trước đến nay chưa thấy thay đổi",
        "phản ánh thì bị chuyển từ nơi này sang nơi khác",
    ),
    "E4": (
        "phản ánh đã lâu mà không nhận được trả lời",
        "không ai báo lại kết quả giải quyết kiến nghị của tôi",
    ),
}

PRAISE: Final[Sequence[str]] = (
    "Các anh chị tại quầy rất nhiệt tình, hướng dẫn dễ hiểu. Xin cảm ơn.",
    "Làm nhanh hơn tôi nghĩ, chỉ mười phút là xong.",
    "Phục vụ tốt, mong cơ quan tiếp tục giữ như vậy.",
    "Tôi đã lớn tuổi, được mời ngồi và giúp điền tờ khai, rất cảm động.",
    "So với năm ngoái thì nay tốt hơn nhiều.",
    "Nhận kết quả sớm hơn ngày hẹn, rất hài lòng.",
    "Nơi chờ sạch sẽ, có nước uống, có chỗ cho trẻ nhỏ.",
    "Được nhắn tin báo kết quả, không phải đi hỏi nữa, rất tiện.",
    "Cảm ơn bộ phận Một cửa đã hướng dẫn tận tình.",
    "Thủ tục gọn, không phải nộp thêm giấy tờ gì.",
    "Người tiếp nhận giải thích kỹ, tôi hỏi mấy lần vẫn vui vẻ trả lời.",
)

WISHES: Final[Sequence[str]] = (
    "Đề nghị mở thêm sáng thứ Bảy cho người đi làm.",
    "Nên có thêm một quầy vào sáng thứ Hai vì rất đông.",
    "Nên in sẵn mẫu tờ khai có ví dụ để người dân ghi theo.",
    "Mong có chỗ để xe có mái che.",
    "Nên cho nộp hồ sơ qua mạng ở nhiều thủ tục hơn.",
    "Nên có người hướng dẫn ở cửa vào cho người cao tuổi.",
)

_BLUNT: Final = 1  # the level from which a comment is written in anger
_OPENINGS: Final[Mapping[bool, Sequence[str]]] = {
    False: ("", "Tôi xin góp ý: ", "Nhìn chung cũng được, nhưng ", "Xin phản ánh: ", "Kính gửi cơ quan, "),
    True: ("", "Quá thất vọng! ", "Tôi rất bức xúc: ", "Không thể chấp nhận được! ", "Nói thật là quá tệ, "),
}
_CLOSINGS: Final[Mapping[bool, Sequence[str]]] = {
    False: ("", " Mong cơ quan sớm khắc phục.", " Xin cảm ơn.", " Rất mong lần sau tốt hơn."),
    True: (
        "",
        " Đề nghị lãnh đạo kiểm tra ngay.",
        " Tôi ra về rất bực mình.",
        " Tôi đề nghị có người trả lời.",
    ),
}


def complaint(criterion_id: str, random: Random) -> str:
    """A sentence of what was wrong; a short questionnaire's one criterion stands for its whole dimension."""
    return _capital(random.choice(_complaints(criterion_id))) + "."


def comment(criterion_id: str, level: int, random: Random) -> str:
    """A free comment that fits the lowest answer: blunt at 1, courteous at 2, a wish at 3, praise above."""
    if level > 3:
        return random.choice(PRAISE)
    if level == 3:
        return random.choice(WISHES)
    blunt = level <= _BLUNT
    opening, closing = random.choice(_OPENINGS[blunt]), random.choice(_CLOSINGS[blunt])
    clause = random.choice(_complaints(criterion_id))
    if not opening or opening.endswith("! "):
        clause = _capital(clause)
    return f"{opening}{clause}.{closing}"


def _complaints(criterion_id: str) -> Sequence[str]:
    return COMPLAINTS.get(criterion_id) or COMPLAINTS["B5"]


def _capital(clause: str) -> str:
    return clause[0].upper() + clause[1:]
