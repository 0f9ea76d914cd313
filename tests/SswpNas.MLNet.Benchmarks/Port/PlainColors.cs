using static TorchSharp.torch;

namespace SswpNas.MLNet.Benchmarks.Port;

/// <summary>Colour changes of one image, [3, height, width], values 0 to 1, as torchvision does them.</summary>
internal static class PlainColors
{
    public static Tensor Brightness(Tensor image, double factor) => (image * factor).clamp(0, 1);

    public static Tensor Contrast(Tensor image, double factor) => Blend(image, Gray(image).mean(), factor);

    public static Tensor Saturation(Tensor image, double factor) => Blend(image, Gray(image), factor);

    /// <summary>[1, height, width].</summary>
    public static Tensor Gray(Tensor image) =>
        ((image[0] * 0.299) + (image[1] * 0.587) + (image[2] * 0.114)).unsqueeze(0);

    /// <summary>Turns the hue by a part of the circle, by way of HSV.</summary>
    public static Tensor Hue(Tensor image, double shift)
    {
        (Tensor red, Tensor green, Tensor blue) = (image[0], image[1], image[2]);
        Tensor value = image.amax([0]);
        Tensor chroma = value - image.amin([0]);
        Tensor none = chroma.eq(0);
        Tensor divisor = where(none, ones_like(chroma), chroma);
        Tensor fromRed = (green - blue) / divisor;
        Tensor fromGreen = ((blue - red) / divisor) + 2;
        Tensor fromBlue = ((red - green) / divisor) + 4;
        Tensor sixths = where(value.eq(red), fromRed, where(value.eq(green), fromGreen, fromBlue));
        Tensor hue = sixths + (6 * shift);
        return stack([Channel(5, hue, value, chroma), Channel(3, hue, value, chroma), Channel(1, hue, value, chroma)]);
    }

    private static Tensor Channel(int n, Tensor hue, Tensor value, Tensor chroma)
    {
        Tensor k = (hue + n).remainder(6);
        return value - (chroma * minimum(k, 4 - k).clamp(0, 1));
    }

    private static Tensor Blend(Tensor image, Tensor other, double factor) =>
        ((image * factor) + (other * (1 - factor))).clamp(0, 1);
}
