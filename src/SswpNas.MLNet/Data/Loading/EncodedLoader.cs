using System.Buffers;

namespace SswpNas.MLNet.Data.Loading;

/// <summary>Decodes the images whose files a column of bytes holds.</summary>
internal sealed class EncodedLoader(string input, ImageForm form, ImageLimits limits) : ImageLoader(input)
{
    public override ValueGetter<MLImage> Getter(DataViewRow row)
    {
        ValueGetter<VBuffer<byte>> files = row.GetGetter<VBuffer<byte>>(row.Schema[Input]);
        VBuffer<byte> file = default;
        return (ref MLImage image) =>
        {
            image?.Dispose();
            files(ref file);
            image = Load(file, row.Position);
        };
    }

    private MLImage Load(VBuffer<byte> file, long row) => Decoded(
        string.Create(CultureInfo.InvariantCulture, $"The image in row {row} (the first is 0)"),
        (out ImageTraits traits, PixelUse use) => Problem(file, out traits, use));

    private string? Problem(in VBuffer<byte> file, out ImageTraits traits, PixelUse use)
    {
        traits = ImageTraits.None;
        if (ImageFile.SizeProblem(file.Length, limits) is string problem) return problem;
        byte[] bytes = ArrayPool<byte>.Shared.Rent(file.Length);
        try
        {
            file.CopyTo(bytes); // it may hold only the bytes that are not 0
            return ImageFile.Decoded(bytes, file.Length, limits, form, out traits, use);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(bytes);
        }
    }
}
