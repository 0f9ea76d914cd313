namespace SswpNas.MLNet.Data.Views;

/// <summary>A part of an image, in pixels.</summary>
internal readonly record struct CropBox(int Top, int Left, int Height, int Width)
{
    /// <summary>
    /// A random part by area and aspect ratio (uniform in its logarithm): ten tries, then the largest centred part of
    /// an allowed aspect ratio, as torchvision's RandomResizedCrop does.
    /// </summary>
    public static CropBox Random(
        ref RandomStream random, ImageShape image, (double Low, double High) area, (double Low, double High) ratio)
    {
        (double low, double high) = (Math.Log(ratio.Low), Math.Log(ratio.High));
        for (int i = 0; i < 10; i++)
        {
            double target = image.Height * image.Width * random.NextDouble(area.Low, area.High);
            double aspect = Math.Exp(random.NextDouble(low, high));
            double width = Math.Round(Math.Sqrt(target * aspect));
            double height = Math.Round(Math.Sqrt(target / aspect));
            if (width < 1 || height < 1 || width > image.Width || height > image.Height) continue;
            int top = random.NextInt(image.Height - (int)height + 1);
            return new(top, random.NextInt(image.Width - (int)width + 1), (int)height, (int)width);
        }

        return Centre(image, ratio);
    }

    private static CropBox Centre(ImageShape image, (double Low, double High) ratio)
    {
        (int width, int height) = (image.Width, image.Height);
        double aspect = (double)width / height;
        if (aspect < ratio.Low) height = Math.Max(1, (int)Math.Round(width / ratio.Low));
        if (aspect > ratio.High) width = Math.Max(1, (int)Math.Round(height * ratio.High));
        return new((image.Height - height) / 2, (image.Width - width) / 2, height, width);
    }
}
