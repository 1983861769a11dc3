using System.Collections.Frozen;

namespace CareerPlatform.Import;

/// <summary>What to tell the person for each code; never with the value.</summary>
internal static class Hints
{
    private static readonly FrozenDictionary<string, string> Texts = new Dictionary<string, string>
    {
        ["birth_year_only"] = "Chỉ có năm sinh.",
        ["candidate_number_invalid"] = "Số báo danh có ký tự lạ hoặc quá dài.",
        ["cell_error"] = "Ô chứa lỗi của bảng tính (#N/A, #REF!…).",
        ["citizen_id_inconsistent"] = "Số định danh không khớp giới tính hoặc năm sinh.",
        ["citizen_id_invalid"] = "Số định danh phải có 12 chữ số với mã tỉnh đúng; giá trị bị bỏ qua.",
        ["citizen_id_old"] = "Số CMND 9 chữ số; giá trị bị bỏ qua.",
        ["control_character"] = "Có ký tự điều khiển, ký tự ẩn hoặc ký tự đổi chiều chữ.",
        ["date_from_serial"] = "Ngày ở dạng số của bảng tính, đã đổi sang ngày.",
        ["date_invalid"] = "Không có ngày này, hoặc viết không theo thứ tự của cột.",
        ["duplicate_conflict"] = "Số báo danh xuất hiện nhiều lần với dữ liệu khác nhau.",
        ["duplicate_field"] = "Đối tượng JSON có trường lặp lại.",
        ["duplicate_row"] = "Dòng lặp lại y hệt một dòng trước, chỉ tính một lần.",
        ["encoding_damaged"] = "Có chữ đã hỏng từ trước (ký tự thay thế).",
        ["formula_not_allowed"] = "Ô là công thức không có giá trị; hãy dán giá trị.",
        ["gender_unknown"] = "Không đọc được giới tính.",
        ["identity_missing"] = "Dòng không có số báo danh, mã định danh hay họ tên.",
        ["json_invalid"] = "Dòng không phải là một đối tượng JSON hợp lệ.",
        ["leading_zero_lost"] = "Mã số bị mất số 0 ở đầu.",
        ["mark_invalid"] = "Điểm không đọc được hoặc ngoài thang điểm.",
        ["ministry_id_invalid"] = "Mã định danh phải có 10 hoặc 12 chữ số.",
        ["multiple_values"] = "Ô chứa nhiều số điện thoại; mỗi ô một số.",
        ["name_case_repaired"] = "Chữ hoa, chữ thường trong tên đã được sửa.",
        ["name_damaged"] = "Tên bị mất chữ (dấu hỏi thay cho chữ).",
        ["name_odd_character"] = "Tên có ký tự lạ; cần kiểm tra.",
        ["outcome_unknown"] = "Không đọc được kết quả trúng tuyển.",
        ["phone_invalid"] = "Số điện thoại không đúng.",
        ["phone_prefix_converted"] = "Đầu số 11 chữ số cũ đã đổi sang đầu số mới.",
        ["phone_prefix_unknown"] = "Đầu số di động không có trong bảng.",
        ["precision_lost"] = "Bảng tính đã làm tròn số (dạng 4,03E+10), không khôi phục được.",
        ["quote_invalid"] = "Có chữ sau dấu ngoặc kép đóng.",
        ["total_differs"] = "Tổng điểm không bằng tổng các môn theo cách tính của tệp.",
        ["too_many_fields"] = "Dòng có nhiều ô hơn tiêu đề; có thể thiếu dấu ngoặc kép.",
    }.ToFrozenDictionary(StringComparer.Ordinal);

    public static string For(string code) => Texts.GetValueOrDefault(code, "");
}
