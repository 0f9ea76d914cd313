using System.Text.Json;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace SswpNas.MLNet.ScoringTests;

/// <summary>A model that the library saved, in a process that has never seen the library.</summary>
[TestClass]
public sealed class SavedModelTests
{
    [TestMethod]
    public void ItScoresAsInTheProcessThatMadeIt()
    {
        string folder = Path.Combine(AppContext.BaseDirectory, "Fixtures");
        Dictionary<string, float[]> expected = JsonSerializer.Deserialize<Dictionary<string, float[]>>(
            File.ReadAllText(Path.Combine(folder, "expected-scores.json")))!;
        MLContext ml = new();
        ITransformer model = ml.Model.Load(Path.Combine(folder, "tiny-model.zip"), out _);
        using IDisposable owner = (IDisposable)model;
        IDataView images = ml.Data.LoadFromEnumerable(
            expected.Keys.Select(name => new ImageRow { ImagePath = Path.Combine(folder, name) }));
        IDataView scored = model.Transform(images);
        float[][] scores = [.. scored.GetColumn<float[]>("Score")];
        uint[] labels = [.. scored.GetColumn<uint>("PredictedLabel")];
        for (int i = 0; i < scores.Length; i++)
        {
            float[] row = expected.ElementAt(i).Value;
            for (int k = 0; k < row.Length; k++) Assert.AreEqual(row[k], scores[i][k], 1e-5f);
            Assert.AreEqual(Array.IndexOf(row, row.Max()) + 1, (int)labels[i]);
        }
    }

    private sealed class ImageRow
    {
        public string ImagePath { get; set; } = "";
    }
}
