"""The rules of trust and channels (Q1–Q5) in words."""

from typing import Final

from survey.domain.method_rule import Rule

TRUST_RULES: Final = (
    Rule(
        "Q1",
        {"vi": "Phiếu đã xác thực", "en": "Verified responses"},
        {
            "vi": "Một phiếu là “đã xác thực” khi được gửi bằng mã phiếu hẹn chưa dùng của chính cơ quan đó. Mã chỉ "
            "chứng tỏ có một giao dịch, không cho biết người nào. Mã đã dùng hoặc mã lạ không chặn ai: phiếu được "
            "nhận như phiếu thường. Kết quả của phiếu đã xác thực luôn đứng cạnh kết quả chung.",
            "en": "A response is verified when it came by an unused slip code of that very office. The code proves a "
            "transaction, not a person. A used or unknown code keeps nobody out: the response is taken as an open "
            "one. The figures of verified responses always stand beside the headline.",
        },
        "ours",
        {
            "vi": "Ai cũng quét được mã QR ở quầy; phiếu hẹn thì chỉ người đến làm thủ tục mới có. Khi hai con số "
            "khác nhau rõ rệt, người đọc cần biết.",
            "en": "Anybody can scan the QR code at a desk; a slip is handed only to people with a transaction. Where "
            "the two figures clearly differ, the reader must know.",
        },
    ),
    Rule(
        "Q2",
        {"vi": "Phiếu được để riêng", "en": "Responses set aside"},
        {
            "vi": "Phiếu đáng ngờ được để riêng theo các quy tắc công khai ở bảng dưới đây, kèm lý do, và không nằm "
            "trong kết quả chính; không phiếu nào bị xóa. Mọi kết quả đều có thể xem cả khi tính và khi không tính "
            "phiếu để riêng. Cán bộ phân tích có thể đưa một phiếu trở lại hoặc để riêng một phiếu, phải ghi lý "
            "do, và việc đó được lưu vết.",
            "en": "Doubtful responses are set aside by the public rules in the table below, with the reason, and are "
            "not in the headline; none is ever deleted. Every figure can be seen with and without them. An analyst "
            "may put a response back or set one aside, must say why, and leaves a trail.",
        },
        "ours",
        {
            "vi": "Cơ quan được chấm điểm có lợi khi tự trả lời. Quy tắc công khai thì ai cũng kiểm tra được, kể cả "
            "khi quy tắc sai.",
            "en": "An office that is rated gains by answering itself. Public rules can be checked by everybody, also "
            "where they err.",
        },
    ),
    Rule(
        "Q3",
        {"vi": "Chọn một mức cho mọi câu không phải là lỗi", "en": "One level throughout is no offence"},
        {
            "vi": "Phiếu chọn cùng một mức cho mọi tiêu chí không vì thế mà bị để riêng; chỉ khi vừa giống nhau vừa "
            "được điền quá nhanh.",
            "en": "A response with the same level for every criterion is not set aside for that; only one that is "
            "both uniform and filled in too fast is.",
        },
        "ours",
        {
            "vi": "Người hài lòng có thể chọn “Hài lòng” từ đầu đến cuối.",
            "en": "A contented citizen may tick “Satisfied” from beginning to end.",
        },
    ),
    Rule(
        "Q4",
        {"vi": "Giới hạn rộng rãi", "en": "Generous limits"},
        {
            "vi": "Giới hạn số phiếu tính cho từng quầy, từng thiết bị và từng địa chỉ mạng, và đủ rộng để hai trăm "
            "người dùng chung Wi-Fi của cơ quan trả lời được trong một buổi sáng. Vượt giới hạn thì phiếu được để "
            "riêng, không bị từ chối.",
            "en": "Limits hold per desk, device and network address, wide enough for two hundred people behind the "
            "Wi-Fi of one office to answer in a morning. What comes beyond is set aside, not refused.",
        },
        "ours",
        {
            "vi": "Nhiều người dân chung một mạng, chung một điện thoại trong nhà; không ai bị loại vì thế.",
            "en": "Many citizens share a network, or a phone in the family; nobody is turned away for it.",
        },
    ),
    Rule(
        "Q5",
        {"vi": "Kênh thu thập", "en": "Channels"},
        {
            "vi": "Các kênh không được gộp mà không nói rõ. Kết quả chính chỉ gồm các kênh dành cho mọi người dân "
            "(mã QR tại quầy, phiếu hẹn, máy khảo sát, đường dẫn) và không gồm phiếu được để riêng. Phiếu giấy do "
            "cán bộ nhập và phiếu của đợt mời độc lập được nêu bên cạnh.",
            "en": "Channels are never pooled silently. The headline holds the channels open to everyone (QR code at "
            "the desk, slip, kiosk, link) and no response that was set aside. Paper forms entered by staff and "
            "independent invitations are shown beside it.",
        },
        "ours",
        {
            "vi": "Phiếu do cán bộ nhập, hoặc do người được mời trả lời, là của những nhóm người khác nhau.",
            "en": "What staff typed in, and what invited people answered, comes from other groups of people.",
        },
    ),
)
