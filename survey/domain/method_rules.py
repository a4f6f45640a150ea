"""The rules of figures (M1–M16) in words."""

from typing import Final

from survey.domain.method_rule import Rule

FIGURE_RULES: Final = (
    Rule(
        "M1",
        {"vi": "Câu trả lời được tính", "en": "Answers that count"},
        {
            "vi": "Một câu trả lời là một mức trên thang đo, hoặc “Không có ý kiến / không phát sinh” (lựa chọn do "
            "nền tảng thêm vào), hoặc để trống. Hai trường hợp sau được đếm và nêu rõ, nhưng không nằm trong số câu "
            "trả lời hợp lệ.",
            "en": "An answer is a level of the scale, or “No opinion / does not apply” (a choice added by this "
            "platform), or left empty. The last two are counted and shown, and are in no base.",
        },
        "ours",
        {
            "vi": "Người chưa từng góp ý không thể đánh giá việc giải quyết góp ý; nếu buộc phải chọn một mức thì "
            "con số sẽ sai.",
            "en": "Whoever never complained cannot rate how complaints are handled; a forced answer would make the "
            "figure wrong.",
        },
    ),
    Rule(
        "M2",
        {"vi": "Chỉ số của một tiêu chí", "en": "Index of a criterion"},
        {
            "vi": "Số câu trả lời “Hài lòng” và “Rất hài lòng” (mức 4 và mức 5) chia cho số câu trả lời hợp lệ của "
            "tiêu chí, nhân với 100 (phương pháp share45).",
            "en": "100 times the answers “Satisfied” and “Very satisfied” (levels 4 and 5) over all valid answers to "
            "the criterion (method share45).",
        },
        "ministry",
        {
            "vi": "Đó là cách tính của chỉ số SIPAS giai đoạn 2017–2020.",
            "en": "This is how the SIPAS index of 2017–2020 is made.",
        },
    ),
    Rule(
        "M3",
        {"vi": "Chỉ số của một yếu tố", "en": "Index of a dimension"},
        {
            "vi": "Gộp câu trả lời của mọi tiêu chí thuộc yếu tố: tổng số câu trả lời mức 4 và mức 5 chia cho tổng "
            "số câu trả lời hợp lệ, nhân với 100.",
            "en": "Answers to all criteria of the dimension are pooled: 100 times all answers at levels 4 and 5 over "
            "all valid answers.",
        },
        "ours",
        {
            "vi": "Câu trả lời nào cũng nặng như nhau, và ai cũng tính lại được từ số đếm.",
            "en": "Every answer weighs the same, and anybody can compute it again from the counts.",
        },
    ),
    Rule(
        "M4",
        {"vi": "Chỉ số hài lòng chung", "en": "Index of an office"},
        {
            "vi": "Gộp câu trả lời của mọi tiêu chí thuộc mọi yếu tố. Câu hỏi đánh giá chung có chỉ số riêng, được "
            "nêu bên cạnh và không trộn vào chỉ số hài lòng chung.",
            "en": "Answers to all criteria of all dimensions are pooled. The overall question has an index of its "
            "own, shown beside it and never mixed in.",
        },
        "ours",
        {
            "vi": "Trộn một câu hỏi chung với 22 tiêu chí thì không còn biết con số nói về điều gì.",
            "en": "Once one overall question is mixed with all criteria, nobody can say what the figure is about.",
        },
    ),
    Rule(
        "M5",
        {"vi": "Phương pháp khác", "en": "Other methods"},
        {
            "vi": "Phương pháp khác chỉ được dùng khi nêu rõ tên: mean100 (điểm trung bình quy về thang 100), net "
            "(tỷ lệ hài lòng trừ tỷ lệ không hài lòng), mean_of_criteria (trung bình cộng chỉ số các tiêu chí), "
            "all45 (tỷ lệ người có mọi câu trả lời ở mức 4 hoặc mức 5) hoặc phương pháp riêng của phiếu khảo sát. "
            "Trong các phương pháp có sẵn, chỉ share45 và all45 có khoảng tin cậy.",
            "en": "Another method is used only by name: mean100 (the mean on a scale of 100), net (satisfied minus "
            "dissatisfied), mean_of_criteria (plain mean of the criterion indices), all45 (people whose every answer "
            "is at level 4 or 5), or a questionnaire's own. Of the built-in methods only share45 and all45 carry an "
            "interval.",
        },
        "ours",
        {
            "vi": "Mỗi cách cho một con số khác; không nêu tên thì không ai so sánh đúng được.",
            "en": "Each way gives another number; without its name nobody compares rightly.",
        },
    ),
    Rule(
        "M6",
        {"vi": "Làm tròn", "en": "Rounding"},
        {
            "vi": "Mọi phép tính giữ giá trị chính xác và chỉ làm tròn một lần khi trình bày, đến hai chữ số thập "
            "phân: 6650/7528 là 88,34 %. Vì vậy hiệu của hai số đã làm tròn có thể lệch 0,01 so với mức thay đổi "
            "được nêu.",
            "en": "Arithmetic is exact and rounded once, when shown, half-up to two decimals: 6650/7528 is 88.34 %. "
            "The difference of two rounded figures may therefore be off by 0.01 from the change that is shown.",
        },
        "ours",
        {
            "vi": "Làm tròn nhiều lần thì sai số cộng dồn, và người tính lại sẽ ra số khác.",
            "en": "Rounding several times adds up errors, and whoever computes again would get another number.",
        },
    ),
    Rule(
        "M7",
        {"vi": "Gộp số đếm, không lấy trung bình các tỷ lệ", "en": "Counts are pooled, percentages are not averaged"},
        {
            "vi": "Chỉ số của cơ quan cấp trên gộp câu trả lời của các đơn vị trực thuộc. Hai cách cho kết quả khác "
            "nhau: 3205/3628, 2518/2756 và 927/1144 gộp lại được 88,34 %, còn trung bình cộng ba tỷ lệ là 86,91 %.",
            "en": "A parent office pools the answers of the offices below it. The two ways differ: 3205/3628, "
            "2518/2756 and 927/1144 pool to 88.34 %, while the mean of the three percentages is 86.91 %.",
        },
        "ours",
        {
            "vi": "Lấy trung bình tỷ lệ thì một nơi ít phiếu nặng ngang một nơi nhiều phiếu.",
            "en": "In a mean of percentages an office with few answers weighs as much as one with many.",
        },
    ),
    Rule(
        "M8",
        {"vi": "Khoảng tin cậy của một tiêu chí", "en": "Interval of a criterion"},
        {
            "vi": "Khoảng tin cậy 95 % tính theo Wilson (1927; xem Brown, Cai và DasGupta, 2001). Khoảng càng hẹp "
            "thì con số càng chắc chắn.",
            "en": "Wilson's score interval at 95 % (1927; see Brown, Cai and DasGupta, 2001). The narrower it is, "
            "the surer the figure.",
        },
        "ours",
        {
            "vi": "Ít phiếu thì con số dễ lệch vì ngẫu nhiên; người đọc phải thấy lệch được bao nhiêu.",
            "en": "With few answers a figure is moved by chance; the reader must see by how much.",
        },
    ),
    Rule(
        "M9",
        {"vi": "Khoảng tin cậy của chỉ số gộp", "en": "Interval of a pooled index"},
        {
            "vi": "Các câu trả lời của cùng một người có liên quan với nhau nên không được coi là độc lập. Khoảng "
            "tin cậy của yếu tố và của chỉ số chung vì vậy dựa trên cỡ mẫu hiệu dụng, tính từ phương sai của tỷ số "
            "giữa những người trả lời và hiệu chỉnh theo phân phối t (Kish, 1965; Korn và Graubard, 1998; Franco và "
            "cộng sự, 2019). Chỉ có một người trả lời thì không nêu khoảng tin cậy.",
            "en": "Answers of one person are correlated and must not be treated as independent. The interval of a "
            "dimension and of the office index therefore rests on an effective base, from the variance of the ratio "
            "among respondents, corrected by the t distribution (Kish, 1965; Korn and Graubard, 1998; Franco et al., "
            "2019). With one respondent there is no interval.",
        },
        "ours",
        {
            "vi": "Nếu coi chúng là độc lập thì khoảng tin cậy quá hẹp, con số trông chắc chắn hơn thực tế.",
            "en": "Treated as independent, the interval would be far too narrow and the figure look surer than it is.",
        },
    ),
    Rule(
        "M10",
        {"vi": "So sánh hai kỳ", "en": "Comparing two periods"},
        {
            "vi": "Mức thay đổi được nêu bằng điểm phần trăm, kèm khoảng tin cậy 95 % của hiệu theo Newcombe (1998). "
            "Thay đổi là “rõ rệt” khi khoảng này không chứa số 0, ngược lại là “chưa rõ”. Chỉ so sánh khi cùng phiên "
            "bản phiếu khảo sát, cùng phương pháp và cùng kênh; nếu khác thì ghi “không so sánh được”. Điểm mạnh và "
            "hạn chế cũng được xác định bằng cách so tiêu chí với chỉ số chung như vậy. Khi so sánh nhiều tiêu chí "
            "cùng lúc, vẫn có thể có khác biệt do ngẫu nhiên.",
            "en": "A change is shown in percentage points with Newcombe's 95 % interval of the difference (1998). It "
            "is “clear” when that interval leaves 0 out, else “not clear”. Only the same questionnaire version, "
            "method and channels are compared; otherwise it says “not comparable”. Strengths and weaknesses are "
            "found by holding criteria against the office index in the same way. Where many criteria are compared at "
            "once, some differences may be chance.",
        },
        "ours",
        {
            "vi": "Con số tháng nào cũng nhích lên, nhích xuống; chỉ khác biệt vượt quá ngẫu nhiên mới đáng nói.",
            "en": "Figures move every month; only a difference beyond chance is worth a word.",
        },
    ),
    Rule(
        "M11",
        {"vi": "Số người trả lời tối thiểu và xếp nhóm", "en": "Smallest base, and tiers"},
        {
            "vi": "Dưới %(hidden)s người trả lời: không nêu kết quả, ghi “chưa đủ số phiếu”. Từ %(hidden)s đến "
            "%(last)s người: kết quả để tham khảo. Từ %(rated)s người: đủ để đánh giá và xếp nhóm. Chỉ xếp nhóm giữa "
            "các đơn vị cùng loại: xét chỉ số từ cao xuống thấp, đơn vị nào khác rõ rệt (M10) so với đơn vị đứng đầu "
            "nhóm thì mở nhóm mới. Thứ hạng được nêu bằng một khoảng.",
            "en": "Under %(hidden)s respondents nothing is shown: “not enough responses”. From %(hidden)s to "
            "%(last)s the figure is indicative. From %(rated)s it is rated and ranked. Only offices of one kind are "
            "ranked: in order of index, an office opens a new tier when it is clearly different (M10) from the first "
            "office of the tier. A rank is given as an interval.",
        },
        "ours",
        {
            "vi": "Để không ai bị nhận ra và không ai bị đánh giá qua vài phiếu.",
            "en": "So that nobody is recognised, and nobody is judged by a few answers.",
        },
    ),
    Rule(
        "M12",
        {"vi": "Số bị ẩn không suy ra được", "en": "What is hidden cannot be computed"},
        {
            "vi": "Trong mỗi trang, mỗi tệp, mỗi báo cáo, không ai tính được một kết quả bị ẩn từ những kết quả đã "
            "nêu: lấy cấp trên trừ các đơn vị còn lại, lấy quý trừ các tháng, lấy tất cả trừ một kênh. Khi cần, "
            "một kết quả khác cũng được ẩn theo, ghi “không nêu, để không lộ nhóm nhỏ”; kết quả đó được chọn sao "
            "cho mất ít câu trả lời nhất. Cả bảng được kiểm tra bằng đại số tuyến tính: không kết quả ẩn nào tính "
            "được, và mọi tổng của các kết quả ẩn mà người đọc tính được đều có từ %(hidden)s người trả lời trở "
            "lên.",
            "en": "Within a page, a file or a report nobody can compute a hidden figure from the shown ones: parent "
            "minus the other offices, quarter minus months, all minus one channel. Where needed another figure is "
            "hidden too and says “not shown, so as not to reveal a small group”; it is chosen so that the fewest "
            "answers are lost. The whole table is checked by linear algebra: no hidden figure can be computed, and "
            "every sum of hidden figures that a reader can compute rests on at least %(hidden)s respondents.",
        },
        "ours",
        {
            "vi": "Nếu không, chỉ cần một phép trừ là biết được câu trả lời của vài người.",
            "en": "Otherwise a single subtraction would tell what a few people answered.",
        },
    ),
    Rule(
        "M13",
        {"vi": "Tỷ lệ trả lời và chỉ số có trọng số", "en": "Response rate and weighted index"},
        {
            "vi": "Ở nơi biết số lượt giao dịch, tỷ lệ trả lời là số phiếu chia cho số lượt giao dịch. Bên cạnh chỉ "
            "số chung có thêm chỉ số có trọng số: mỗi đơn vị góp theo phần giao dịch của mình, và phương sai cộng "
            "theo bình phương trọng số. Chỉ số này chỉ được nêu khi đơn vị nào cũng có từ %(stratum)s người trả "
            "lời trở lên, và luôn đứng cạnh chỉ số không có trọng số.",
            "en": "Where the number of transactions is known, the response rate is responses over transactions. "
            "Beside the index stands a weighted one: each unit counts by its share of the transactions, and "
            "variances add up by the squares of the weights. It is given only where every unit has at least "
            "%(stratum)s respondents, and always beside the unweighted index.",
        },
        "ours",
        {
            "vi": "Nơi ít người trả lời và nơi đông người trả lời góp vào chỉ số chung không theo số người mà họ "
            "phục vụ.",
            "en": "Offices whose visitors seldom answer and those whose visitors often do enter the index otherwise "
            "than by the people they serve.",
        },
    ),
    Rule(
        "M14",
        {"vi": "Cỡ mẫu của một đợt khảo sát", "en": "Sample size of a round"},
        {
            "vi": "Cỡ mẫu cần có là n = N / (1 + N·e²), làm tròn lên, với N là số hồ sơ và e là sai số mong muốn (e "
            "= 5 % và N = 1.000 thì cần 286). Kết quả của đợt luôn nêu nửa bề rộng khoảng tin cậy mà số phiếu thu "
            "được thật sự cho phép.",
            "en": "The sample needed is n = N / (1 + N·e²), rounded up, with N files and a wanted error e (for e = 5 "
            "% and N = 1,000: 286). The result of a round always says what half-width the responses that came back "
            "really give.",
        },
        "ours",
        {
            "vi": "Mẫu quá nhỏ thì không kết luận được gì, mẫu quá lớn thì làm phiền người dân vô ích.",
            "en": "Too small a sample says nothing, too large a one bothers people for nothing.",
        },
    ),
    Rule(
        "M16",
        {"vi": "Kỳ báo cáo", "en": "Periods"},
        {
            "vi": "Theo tháng dương lịch, hoặc theo tháng báo cáo hành chính từ ngày 15 của tháng trước đến hết ngày "
            "14 (như đang áp dụng theo Nghị định số 09/2019/NĐ-CP); quý, 6 tháng và năm cũng theo cách đó, năm báo "
            "cáo hành chính từ ngày 15/12 năm trước đến ngày 14/12. Ngày được tính theo giờ Việt Nam.",
            "en": "Civil months, or administrative reporting months from the 15th of the month before to the 14th "
            "(as applied under Decree 09/2019/NĐ-CP); quarters, half-years and years likewise, the administrative "
            "year running from 15 December to 14 December. Days are those of Vietnam's time zone.",
        },
        "law",
        {
            "vi": "Số liệu khớp với kỳ báo cáo mà cơ quan đang dùng.",
            "en": "Figures fit the periods that offices report by.",
        },
    ),
)
