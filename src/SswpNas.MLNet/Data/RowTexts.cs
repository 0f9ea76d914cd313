namespace SswpNas.MLNet.Data;

/// <summary>The texts of a row, such as the path of its image: they tell people which one it is.</summary>
internal static class RowTexts
{
    /// <summary>For a message: <c>; ImagePath 'a/b.png'</c>; empty where there are none, or where they cannot be read.</summary>
    [SuppressMessage("Design", "CA1031", Justification = "It adds to the message of another problem, which must not be lost.")]
    public static string Of(IDataView data, long row)
    {
        DataViewSchema.Column[] texts = [.. data.Schema.Where(column => !column.IsHidden && column.Type is TextDataViewType)];
        try
        {
            using DataViewRowCursor cursor = data.GetRowCursor(texts);
            for (long i = 0; i <= row; i++)
            {
                if (!cursor.MoveNext()) return "";
            }

            return string.Concat(texts.Select(column => $"; {column.Name} '{Text(cursor, column)}'"));
        }
        catch (Exception)
        {
            return "";
        }
    }

    private static string Text(DataViewRowCursor cursor, DataViewSchema.Column column)
    {
        ReadOnlyMemory<char> text = default;
        cursor.GetGetter<ReadOnlyMemory<char>>(column)(ref text);
        return text.ToString();
    }
}
