using SkiaSharp;
using SswpNas.MLNet.Reports;

namespace SswpNas.MLNet.TensorBoard;

/// <summary>A cell's graph as a PNG file, twice as large as the report's. Letters are drawn here: a server has no fonts.</summary>
internal sealed class CellPicture : ICellCanvas
{
    public const int Scale = 2;

    private static readonly SKColor[] Colors =
    [
        new(0x6E, 0x77, 0x81), new(0xBC, 0x4C, 0x00), new(0x94, 0x62, 0x00), new(0x09, 0x69, 0xDA), new(0x7A, 0x3F, 0xC0),
        new(0x11, 0x7A, 0x3A), new(0xBF, 0x39, 0x89),
    ];

    private readonly SKCanvas _canvas;

    private CellPicture(SKCanvas canvas) => _canvas = canvas;

    /// <summary>The file and the picture's size in pixels.</summary>
    public static (byte[] Png, int Width, int Height) Of(CellGenotype cell)
    {
        CellDrawing drawing = new(cell);
        SKImageInfo info = new(Scale * (int)Math.Ceiling(CellDrawing.Width), Scale * (int)Math.Ceiling(drawing.Height));
        using SKSurface surface = SKSurface.Create(info);
        surface.Canvas.Clear(SKColors.White);
        surface.Canvas.Scale(Scale);
        drawing.Draw(new CellPicture(surface.Canvas));
        using SKImage image = surface.Snapshot();
        using SKData png = image.Encode(SKEncodedImageFormat.Png, 100);
        return (png.ToArray(), info.Width, info.Height);
    }

    public void Wire(double fromX, double fromY, double toX, double toY, double gap, CellOperation operation)
    {
        using SKPath path = new();
        path.MoveTo((float)fromX, (float)fromY);
        path.CubicTo(
            (float)fromX, (float)(fromY + (gap * 0.7)), (float)toX, (float)(fromY + (gap * 0.3)), (float)toX, (float)(fromY + gap));
        path.LineTo((float)toX, (float)toY);
        Stroke(path, Colors[(int)operation]);
    }

    public void Line(double fromX, double fromY, double toX, double toY, CellOperation operation)
    {
        using SKPath path = new();
        path.MoveTo((float)fromX, (float)fromY);
        path.LineTo((float)toX, (float)toY);
        Stroke(path, Colors[(int)operation]);
    }

    public void ToOutput(double x, double fromY, double toY)
    {
        using SKPath path = new();
        path.MoveTo((float)x, (float)fromY);
        path.LineTo((float)x, (float)toY);
        Stroke(path, SKColors.LightGray);
    }

    public void Operation(double x, double top, double width, double height, CellOperation operation)
    {
        Rectangle(x, top, width, height, Colors[(int)operation]);
        Text(Names.Of(operation).Replace('×', 'x'), x, top + (height / 2));
    }

    public void Node(double x, double y, double radius, string text)
    {
        using SKPath path = new();
        path.AddCircle((float)x, (float)y, (float)radius);
        Fill(path);
        Stroke(path, SKColors.Black);
        Text(text, x, y);
    }

    public void Box(double x, double top, double width, double height, string text)
    {
        Rectangle(x, top, width, height, SKColors.Black);
        Text(text, x, top + (height / 2));
    }

    private void Rectangle(double x, double top, double width, double height, SKColor color)
    {
        using SKPath path = new();
        path.AddRoundRect(SKRect.Create((float)(x - (width / 2)), (float)top, (float)width, (float)height), 4, 4);
        Fill(path);
        Stroke(path, color);
    }

    private void Stroke(SKPath path, SKColor color)
    {
        using SKPaint paint = new() { Color = color, IsStroke = true, StrokeWidth = 1.8f, IsAntialias = true };
        _canvas.DrawPath(path, paint);
    }

    private void Fill(SKPath path)
    {
        using SKPaint paint = new() { Color = SKColors.White };
        _canvas.DrawPath(path, paint);
    }

    /// <summary>Around a place; a letter is 5 x 7 dots.</summary>
    private void Text(string text, double x, double y)
    {
        using SKPaint paint = new() { Color = SKColors.Black };
        double left = x - (((text.Length * DotLetters.Step) - 1) / 2.0), top = y - (DotLetters.Height / 2.0);
        for (int i = 0; i < text.Length; i++)
        {
            foreach ((int column, int row) in DotLetters.Of(text[i]))
                _canvas.DrawRect((float)(left + (i * DotLetters.Step) + column), (float)(top + row), 1, 1, paint);
        }
    }
}
