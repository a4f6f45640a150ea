"""The words by which names of people are told from everything else in a comment (``masking``); parts of patterns."""

from typing import Final

ADDRESS: Final = (
    "anh|chị|ông|bà|cô|chú|bác|em|cháu|thầy|đồng chí|đ/c|cán bộ|công chức|chuyên viên|nhân viên|chủ tịch|mr|ms|mrs"
)

# Family names that are no common words, those of the peoples of the north-west and the highlands among them.
FAMILY: Final = (
    "Nguyễn|Trần|Lê|Phạm|Hoàng|Huỳnh|Phan|Vũ|Võ|Đặng|Bùi|Đỗ|Ngô|Đinh|Trịnh|Trương|Tạ|Quách|Phùng|Vương|Lò|Cầm|Giàng|"
    "Sùng|Thào|Hạng|Lường|Quàng|Siu|Rơ|Hầu|Vừ"
)
# Family names that are everyday words or begin names of places: two parts must follow.
FAMILY_OR_WORD: Final = (
    "Hồ|Dương|Lý|Đoàn|Mai|Lâm|Đào|Hà|Lương|Chu|Cao|Vàng|Thạch|Kim|Sơn|Nông|Y|Châu|Tống|La|Văn|"
    "Bạch|Điền|Thân|Tăng|Lục|Tô|Thái|Triệu|Ma|Mùa"
)
FAMILY_PLAIN: Final = (
    "nguyen|tran|le|pham|hoang|huynh|phan|vu|vo|dang|bui|do|ngo|dinh|trinh|truong|duong|ly|ho|doan|mai|lam|dao|ha|luong"
)
MIDDLE: Final = (
    "thu|ngọc|thanh|minh|kim|hồng|mỹ|bích|xuân|phương|thúy|thuý|quang|đức|hữu|hoàng|quốc|anh|như|diệu|cẩm|mai"
)
# Given names that, after a form of address, are hardly ever another word.
GIVEN: Final = (
    "hương|tuấn|hằng|nga|linh|huyền|oanh|loan|yến|quyên|thúy|thuý|thủy|thuỷ|nhung|phượng|ngọc|cường|khánh|tùng|huy|"
    "khoa|vinh|lan|huệ|duyên|giang|hải|hồng|nhi|thảo|trinh|uyên|vân|vy|xuân|bích|diệu|hiếu|hưng|duy|thịnh|lộc|khang|"
    "hoa|quỳnh|trâm|hiền(?! lành| hậu| từ)|dũng(?! cảm)|hạnh|thơm|lựu|sương|trúc|vượng|thuận(?! tiện| lợi)"
)

# Words with a capital after a form of address that begin something else than a name.
NO_NAMES: Final = (
    "ubnd|hđnd|cccd|cmnd|vneid|tp|ttpvhcc|tthc|bhxh|bhyt|ủy ban|uỷ ban|hội đồng|bộ phận|bộ|sở|phòng|ban|quầy|cục|"
    "chi cục|công an|công dân|công chức|công thương|công tác|công đoàn|công ty|tư pháp|tư vấn|một cửa|trung tâm|"
    "trung ương|văn phòng|văn thư|văn hóa|văn hoá|thành phố|bảo hiểm|bảo vệ|tài chính|tài nguyên|việt nam|hộ tịch|"
    "hộ khẩu|hộ kinh doanh|địa chính|kho bạc|kế toán|nhà nước|lao động|nông nghiệp|nông thôn|tổ trưởng|tổ dân|"
    "tổ tiếp|trưởng|phó|chủ tịch|bí thư|giám đốc|chuyên viên|lãnh đạo|tiếp nhận|tiếp dân|tiếp đón|thuế|xã|phường|"
    "huyện|tỉnh|đội|cán bộ|nhân dân|nhân viên|người|các|những|mọi|ấy|này|đó|kia|ơi|ạ|tôi|mình|chúng|em|cháu|rất|"
    "không|xin|cảm|và|nhưng|đã|vì|khi|nếu|cần|nên|quá|phục vụ|làm|hướng dẫn|nhiệt tình|chu đáo|đề nghị|thái độ|"
    "giải quyết|hồ sơ|thủ tục|giấy|khai báo|khai sinh|khai tử|đăng ký|minh bạch|minh họa|minh hoạ"
)
# What stands before a capital when it names a street or a place called after somebody; what follows stays. Not "xã" or
# "phường": after them comes as often the name of an officer ("công an xã Trần Văn Bình").
PLACES: Final = (
    "đường|phố|trường|thpt|thcs|tiểu học|chợ|cầu|bệnh viện|ngõ|hẻm|đảo|núi|sông|tượng đài|công viên|quảng trường|"
    "bến xe|sân bay|chùa|đền"
)
# Places and words that would otherwise be taken for a name.
WELL_KNOWN: Final = (
    "Bà Rịa|Bà Đen|Cô Tô|Hai Bà Trưng|Bác Hồ|(?:Chủ tịch )?Hồ Chí Minh|Dương Minh Châu|Hồ Hoàn Kiếm|Hoàng Mai|"
    "Hoàng Sa|Hoàng Su Phì|Hoàng Liên|Phan Thiết|Phan Rang|Vũ Thư|Vũ Quang|Võ Nhai|Ngô Quyền|Lê Chân|Phạm Vi"
)
