using System.Diagnostics;
using Microsoft.ML;
using SkiaSharp;
using SswpNas.MLNet.Benchmarks.Measuring;
using SswpNas.MLNet.Data;
using SswpNas.MLNet.Examples;
using SswpNas.MLNet.Numerics;

namespace SswpNas.MLNet.Benchmarks.Figures;

/// <summary>Photographs of 12 megapixels, listed and read into the store of pixels, with the memory of it.</summary>
internal sealed class PhotographsFigure : IFigure
{
    private const int Count = 1000;
    private const int Different = 20;
    private const int Width = 4000;
    private const int Height = 3000;

    public string Description => $"{Count} photographs of 12 megapixels, listed and read";

    public void Measure(MeasureContext context)
    {
        double[] measured = ChildProcess.Run([BenchmarkCommand.PhotographsChild, "--rounds", $"{Count}"]);
        context.Report.Add("photographs.listing", "s", measured[0]);
        context.Report.Add("photographs.reading", "s", measured[1]);
        context.Report.Add("photographs.peak_memory", "MiB", measured[2]);
    }

    /// <summary>In the child: seconds of listing and of reading, and the largest resident set in MiB.</summary>
    public static void MeasureHere(int count)
    {
        string folder = Directory.CreateTempSubdirectory("sswpnas-photographs-").FullName;
        try
        {
            Make(folder, count);
            MLContext ml = new(seed: 1);
            long start = Stopwatch.GetTimestamp();
            IDataView files = ml.SswpNas().LoadImageFolder(folder);
            double listing = Stopwatch.GetElapsedTime(start).TotalSeconds;
            var steps = ml.SswpNas().LoadImages().Append(ml.Transforms.ResizeImages("Image", 64, 64)).Append(ml.Transforms.ExtractPixels("Pixels", "Image"));
            using PixelStore store = PixelReader.Read(steps.Fit(files).Transform(files), "Pixels");
            ChildProcess.Say(listing, Stopwatch.GetElapsedTime(start).TotalSeconds - listing, Machine.PeakMemoryMiB());
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    /// <summary>Two classes; most files are links to a few, to spare the disk.</summary>
    private static void Make(string folder, int count)
    {
        for (int i = 0; i < count; i++)
        {
            string group = Path.Combine(folder, i % 2 == 0 ? "a" : "b"), path = Path.Combine(group, $"{i:0000}.jpg");
            Directory.CreateDirectory(group);
            if (i >= Different) File.CreateSymbolicLink(path, $"{i % Different:0000}.jpg");
            else File.WriteAllBytes(path, Photograph(i));
        }
    }

    private static byte[] Photograph(int seed)
    {
        RandomStream random = new(seed, RandomPurpose.Views);
        using SKBitmap small = new(Width / 16, Height / 16), large = new(Width, Height);
        for (int y = 0; y < small.Height; y++)
        {
            for (int x = 0; x < small.Width; x++) small.SetPixel(x, y, new SKColor((uint)random.NextBits() | 0xFF000000));
        }

        small.ScalePixels(large, SKFilterQuality.High);
        using SKData jpeg = large.Encode(SKEncodedImageFormat.Jpeg, 90);
        return jpeg.ToArray();
    }
}
