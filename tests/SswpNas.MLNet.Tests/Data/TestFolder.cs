using SkiaSharp;

namespace SswpNas.MLNet.Tests.Data;

/// <summary>A temporary folder of class folders with images of noise, gone when disposed.</summary>
internal sealed class TestFolder : IDisposable
{
    public string Root { get; } = Directory.CreateTempSubdirectory("sswpnas-").FullName;

    public string Write(string name, byte[] bytes)
    {
        string path = Path.Combine(Root, name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllBytes(path, bytes);
        return path;
    }

    /// <summary>The given number of images a class, named 000.png and so on.</summary>
    public TestFolder WithClasses(int images, params string[] names)
    {
        foreach (string name in names)
        {
            for (int i = 0; i < images; i++) Write($"{name}/{i:000}.png", Image(SKEncodedImageFormat.Png, i));
        }

        return this;
    }

    public static byte[] Image(SKEncodedImageFormat format, int seed = 0, int size = 16)
    {
        var random = new SswpNas.MLNet.Numerics.RandomStream(seed, SswpNas.MLNet.Numerics.RandomPurpose.Views);
        using var bitmap = new SKBitmap(size, size);
        for (int y = 0; y < size; y++)
        {
            for (int x = 0; x < size; x++)
                bitmap.SetPixel(x, y, new SKColor((uint)random.NextBits() | 0xFF000000));
        }

        using SKData data = bitmap.Encode(format, 90);
        return data.ToArray();
    }

    public void Dispose() => Directory.Delete(Root, recursive: true);
}
