using Microsoft.ML;
using Microsoft.ML.Data;
using SswpNas.MLNet.Benchmarks.Measuring;

namespace SswpNas.MLNet.Benchmarks.Figures;

/// <summary>A model to score with: of a given size, hardly trained, made through the public pipeline.</summary>
internal static class ScoredModel
{
    private const int Images = 60;
    private const int Batch = 8;

    public static ConcomitantFineTuneTransformer Train(MLContext ml, NetworkSize size, int threads)
    {
        IDataView images = ml.Data.Cache(BenchmarkImages.View(ml, "train", Images), "Pixels", "Label");
        SearchOptions search = SearchOptions.Smoke with
        {
            InitialChannels = size.Channels,
            Cells = size.Cells,
            BatchSize = Batch,
            Threads = threads,
            Device = "cpu",
        };
        FineTuneOptions fineTune = FineTuneOptions.Smoke with
        {
            Epochs = 1,
            WarmUpEpochs = 0,
            BatchSize = Batch,
            Threads = threads,
            Device = "cpu",
        };
        using SswpNasSearchTransformer found = ml.SswpNas().Search(options: search).Fit(images);
        return ml.SswpNas().FineTune(options: fineTune, searchResult: found.Result).Fit(images);
    }

    /// <summary>Reads scores and labels of all rows, and nothing else.</summary>
    /// <returns>The sum of the scores.</returns>
    public static float Read(IDataView scored)
    {
        DataViewSchema.Column score = scored.Schema["Score"], label = scored.Schema["PredictedLabel"];
        using DataViewRowCursor cursor = scored.GetRowCursor([score, label]);
        ValueGetter<VBuffer<float>> scores = cursor.GetGetter<VBuffer<float>>(score);
        ValueGetter<uint> labels = cursor.GetGetter<uint>(label);
        VBuffer<float> values = default;
        uint key = 0;
        float sum = 0;
        while (cursor.MoveNext())
        {
            scores(ref values);
            labels(ref key);
            foreach (float value in values.GetValues()) sum += value;
        }

        return sum;
    }
}
