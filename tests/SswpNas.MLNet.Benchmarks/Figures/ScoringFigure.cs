using Microsoft.ML;
using Microsoft.ML.Data;
using SswpNas.MLNet.Benchmarks.Measuring;

namespace SswpNas.MLNet.Benchmarks.Figures;

/// <summary>
/// A thousand rows through the fitted transformer, and single images through the loaded stock model, both against ONNX
/// Runtime alone.
/// </summary>
internal sealed class ScoringFigure : IFigure
{
    private const int Rows = 1000;
    private const int Singles = 100;

    // ONNX Runtime gets the one of these that suits it best.
    private static readonly int[] _batches = [16, 32, 64, 128];

    public string Description => "rows through the transformer, and single images, against ONNX Runtime";

    public void Measure(MeasureContext context)
    {
        MLContext ml = new(seed: 1);
        IDataView images = ml.Data.Cache(BenchmarkImages.View(ml, "test", Rows), "Pixels", "Label");
        float[][] pixels = [.. images.GetColumn<float[]>("Pixels")];
        foreach (NetworkSize size in context.Sizes(NetworkSize.Small))
        {
            using ConcomitantFineTuneTransformer model = ScoredModel.Train(ml, size, context.Threads);
            string path = Path.Combine(Path.GetTempPath(), $"{Guid.NewGuid():N}.onnx");
            try
            {
                model.ExportToOnnx(path);
                Batched(context, $"scoring.{size}.batched", model, images, path, pixels);
                Single(context, $"scoring.{size}.single", ml, model, images.Schema, path, pixels[..Singles]);
            }
            finally
            {
                File.Delete(path);
            }
        }
    }

    private static void Batched(
        MeasureContext context, string name, ConcomitantFineTuneTransformer model, IDataView images, string path,
        float[][] pixels)
    {
        int batch = _batches.MinBy(b => SecondsOf(path, b, context.Threads, pixels));
        using RawModel raw = new(path, batch, context.Threads);
        IDataView scored = model.Transform(images);
        (double[] ours, double[] alone) = Stopwatches.Interleaved(
            context.Rounds, () => ScoredModel.Read(scored), () => raw.Score(pixels));
        context.Report.Add($"{name}.ratio", "x", Quartiles.OfRatios(alone, ours));
        context.Report.Add($"{name}.transformer", "rows/s", ours.Select(s => Rows / s));
        context.Report.Add($"{name}.onnx_runtime", "rows/s", alone.Select(s => Rows / s));
        context.Report.Add($"{name}.onnx_runtime_batch", "rows", batch);
    }

    private static double SecondsOf(string path, int batch, int threads, float[][] pixels)
    {
        using RawModel raw = new(path, batch, threads);
        return Stopwatches.Repeat(2, () => raw.Score(pixels)).Min();
    }

    private static void Single(
        MeasureContext context, string name, MLContext ml, ConcomitantFineTuneTransformer model, DataViewSchema schema,
        string path, float[][] pixels)
    {
        using MemoryStream saved = new();
        ml.Model.Save(model, schema, saved);
        saved.Position = 0;
        using PredictionEngine<ImageToScore, ScoredImage> engine =
            ml.Model.CreatePredictionEngine<ImageToScore, ScoredImage>(ml.Model.Load(saved, out _));
        using RawModel raw = new(path, batch: 1, threads: null);
        (double[] stock, double[] alone) = Stopwatches.Interleaved(
            context.Rounds,
            () =>
            {
                foreach (float[] image in pixels) engine.Predict(new ImageToScore { Pixels = image });
            },
            () => raw.Score(pixels));
        context.Report.Add($"{name}.ratio", "x", Quartiles.OfRatios(stock, alone));
        context.Report.Add($"{name}.stock_model", "ms", stock.Select(s => 1e3 * s / Singles));
        context.Report.Add($"{name}.onnx_runtime", "ms", alone.Select(s => 1e3 * s / Singles));
    }

    /// <summary>What the stock model reads of an image.</summary>
    private sealed class ImageToScore
    {
        [VectorType(3, BenchmarkImages.Side, BenchmarkImages.Side)]
        public float[] Pixels { get; set; } = [];

        [KeyType(10)]
        public uint Label { get; set; }
    }

    private sealed class ScoredImage
    {
        public float[] Score { get; set; } = [];

        public uint PredictedLabel { get; set; }
    }
}
