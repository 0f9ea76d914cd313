using SkiaSharp;

namespace DrawParts;

/// <summary>A page of the train part: a row for each class, the first pictures of it, three times as large.</summary>
internal static class SamplePage
{
    private const int Columns = 12;
    private const int Zoom = 3;
    private const int Cell = (Plane.PictureSide * Zoom) + 4;

    /// <summary>Returns the page as a PNG file.</summary>
    public static byte[] Draw(Func<int, int, byte[]> file)
    {
        int rows = PartClass.All.Count;
        using SKBitmap page = new(new SKImageInfo((Columns * Cell) + 4, (rows * Cell) + 4, SKColorType.Rgba8888));
        using SKCanvas canvas = new(page);
        canvas.Clear(SKColors.White);
        for (int row = 0; row < rows; row++)
        {
            for (int column = 0; column < Columns; column++)
            {
                using SKBitmap picture = SKBitmap.Decode(file(row, column));
                float left = 4 + (column * Cell), top = 4 + (row * Cell);
                const float Size = Plane.PictureSide * Zoom;
                canvas.DrawBitmap(picture, new SKRect(left, top, left + Size, top + Size));
            }
        }

        canvas.Flush();
        using SKData data = page.Encode(SKEncodedImageFormat.Png, 100);
        return data.ToArray();
    }
}
