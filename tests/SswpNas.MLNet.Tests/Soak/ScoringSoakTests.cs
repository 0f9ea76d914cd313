using Microsoft.ML;
using Microsoft.ML.Data;
using SswpNas.MLNet.Data;
using SswpNas.MLNet.SearchSpace;
using SswpNas.MLNet.Tests.Onnx;

namespace SswpNas.MLNet.Tests.Soak;

/// <summary>A model that is loaded, scores and is disposed of, again and again: <c>SSWPNAS_SOAK_ROWS</c> sets the rows.</summary>
[TestClass]
[TestCategory("Long")]
[TestCategory("Soak")]
public sealed class ScoringSoakTests
{
    private const int RowsPerModel = 1000;
    private const long MostGrowth = 48 << 20;

    private static readonly ImageShape _image = new(3, 8, 8);

    [TestMethod]
    public void LoadingScoringAndDisposingLeavesNothing()
    {
        int models = Math.Max(20, Resources.Count("SSWPNAS_SOAK_ROWS", 100_000) / RowsPerModel);
        DirectoryInfo temporary = Directory.CreateTempSubdirectory("sswpnas-");
        // The system's temporary folder for this time, so that what other processes leave there does not count.
        DirectoryInfo system = Directory.CreateTempSubdirectory("sswpnas-");
        string? usual = Environment.GetEnvironmentVariable("TMPDIR");
        Environment.SetEnvironmentVariable("TMPDIR", system.FullName);
        try
        {
            Assert.StartsWith(system.FullName, Path.GetTempPath());
            MLContext ml = new(seed: 1) { TempFilePath = temporary.FullName };
            IDataView rows = Rows(ml);
            string path = Path.Combine(temporary.FullName, "model.zip");
            Save(ml, rows, path);
            List<Resources> samples = [];
            float[]? first = null;
            for (int i = 0; i < models; i++)
            {
                ITransformer model = ml.SswpNas().LoadModel(path, out _);
                using (model as IDisposable)
                {
                    float[] scores = [.. model.Transform(rows).GetColumn<float[]>("Score").Select(score => score[0])];
                    Assert.HasCount(RowsPerModel, scores);
                    first ??= scores;
                    CollectionAssert.AreEqual(first, scores);
                }

                CollectionAssert.AreEqual(new[] { path }, Directory.GetFileSystemEntries(temporary.FullName), $"after model {i}");
                if (i % (models / 20) == 0) samples.Add(Resources.Now());
            }

            Resources[] later = [.. samples.Skip(samples.Count / 4)];
            Console.WriteLine($"{models * RowsPerModel} rows by {models} models; after a quarter: {later[0]}; at the end: {later[^1]}");
            Assert.IsEmpty(system.GetFileSystemInfos(), "ML.NET's files in the system's temporary folder");
            Assert.AreEqual(later[0].Tensors, later[^1].Tensors, "live tensors");
            Assert.IsLessThanOrEqualTo(later[0].Handles + 2, later.Max(s => s.Handles), "handles");
            Assert.IsLessThanOrEqualTo(later[0].Threads + 4, later.Max(s => s.Threads), "threads");
            Assert.IsLessThan(MostGrowth, later[^1].Resident - later[0].Resident, "resident memory");
        }
        finally
        {
            Environment.SetEnvironmentVariable("TMPDIR", usual);
            temporary.Delete(recursive: true);
            system.Delete(recursive: true);
        }
    }

    private static void Save(MLContext ml, IDataView rows, string path)
    {
        using DerivedNetwork network = OnnxSamples.Network(StemKind.Cifar, _image, channels: 2);
        using ConcomitantFineTuneTransformer transformer = OnnxSamples.FineTuned(ml, OnnxSamples.Export(network));
        ml.Model.Save(transformer, rows.Schema, path);
    }

    private static IDataView Rows(MLContext ml)
    {
        SchemaDefinition schema = SchemaDefinition.Create(typeof(PixelsRow));
        schema[nameof(PixelsRow.Pixels)].ColumnType =
            new VectorDataViewType(NumberDataViewType.Single, _image.Channels, _image.Height, _image.Width);
        float[][] pixels = [.. OnnxSamples.Pixels(RowsPerModel, _image).Chunk(_image.Size)];
        return ml.Data.LoadFromEnumerable(pixels.Select(image => new PixelsRow { Pixels = image }).ToArray(), schema);
    }

    private sealed class PixelsRow
    {
        public float[] Pixels { get; set; } = [];
    }
}
