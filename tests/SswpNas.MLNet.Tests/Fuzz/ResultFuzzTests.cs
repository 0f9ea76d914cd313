using System.Text;
using CsCheck;
using SswpNas.MLNet.Checkpoints;
using SswpNas.MLNet.Search.Files;
using SswpNas.MLNet.Storage;
using SswpNas.MLNet.Tests.Search;

namespace SswpNas.MLNet.Tests.Fuzz;

[TestClass]
[DoNotParallelize]
[TestCategory("Fuzz")]
public sealed class ResultFuzzTests : IDisposable
{
    private readonly string _folder = Path.Combine(Directory.CreateTempSubdirectory("sswpnas-").FullName, "result");

    public void Dispose() => Directory.Delete(Path.GetDirectoryName(_folder)!, recursive: true);

    [TestMethod]
    public void ASafetensorsFileIsReadOrRefused()
    {
        Dictionary<string, TensorValue> tensors = new()
        {
            ["w"] = new([2, 3], [1, 2, 3, 4, 5, 6]),
            ["v"] = new([1], [7]),
            ["scalar"] = new([], [8]),
        };
        using MemoryStream stream = new();
        Safetensors.Write(stream, tensors);
        Fuzzing.Run(
            "safetensors", SafetensorsEdits.Of(stream.ToArray()),
            bytes => Safetensors.Read(new MemoryStream(bytes), "weights.safetensors"), [typeof(InvalidDataException)]);
    }

    [TestMethod]
    public void ASearchResultIsReadOrRefused()
    {
        SearchResultSamples.Make().Save(_folder);
        Run("search result", ResultFolder.OfSearch.Contents, () => SearchResult.Load(_folder));
        SearchResult.Load(_folder);
    }

    [TestMethod]
    public void APretrainResultIsReadOrRefused()
    {
        new PretrainResult(SearchResultSamples.Make().Network, [new PretrainEpoch(1, 1.0 / 3, 0.1, 2), new PretrainEpoch(2, 2.5, 0, 1e-3)])
            .Save(_folder);
        Run("pre-training result", ResultFolder.OfPretraining.Contents, () => PretrainResult.Load(_folder));
        PretrainResult.Load(_folder);
    }

    [TestMethod]
    public void ACheckpointIsReadOrRefused()
    {
        Dictionary<string, TensorValue> tensors = new() { ["cells.0.weight"] = new([2, 3], [1, 2, 3, 4, 5, 6]), ["alphas"] = new([1], [7]) };
        Dictionary<string, string> identity = new() { ["seed"] = "1", ["option Epochs"] = "300" };
        Dictionary<string, int[]> state = new() { ["epoch"] = [7], ["steps"] = [1, 2, 3] };
        CheckpointFile.Write(_folder, identity, Checkpoint.Of(state, tensors));
        Run("checkpoint", [CheckpointFile.Json, CheckpointFile.Tensors], () =>
        {
            (_, Checkpoint checkpoint) = CheckpointFile.Read(_folder);
            checkpoint.StateAs<Dictionary<string, int[]>>();
            checkpoint.Tensor("alphas", [1]);
        });
    }

    /// <summary>One file of the folder at a time, mostly with sums that fit, so that what is behind them is reached.</summary>
    private void Run(string reader, IReadOnlyList<string> contents, Action load)
    {
        Dictionary<string, byte[]> whole = contents.Append(Sha256Sums.FileName)
            .ToDictionary(name => name, name => File.ReadAllBytes(Path.Combine(_folder, name)));
        var inputs = Gen.OneOf<Gen<(string, byte[])>>([.. whole.Select(file => Gen.Const(Edits(file.Key, file.Value)))])
            .SelectMany(edited => edited);
        Fuzzing.Run(
            reader, Gen.Select(inputs, Gen.Int[0, 4], (file, mend) => (file.Item1, file.Item2, mend > 0)),
            input =>
            {
                (string name, byte[] bytes, bool mend) = input;
                try
                {
                    Write(name, bytes);
                    if (mend && name != Sha256Sums.FileName)
                        Write(Sha256Sums.FileName, Encoding.UTF8.GetBytes(Sha256Sums.Of(_folder, contents)));
                    load();
                }
                finally
                {
                    Write(name, whole[name]);
                    Write(Sha256Sums.FileName, whole[Sha256Sums.FileName]);
                }
            },
            [typeof(InvalidDataException)]);
    }

    private static Gen<(string, byte[])> Edits(string name, byte[] bytes) => Path.GetExtension(name) switch
    {
        ".json" => JsonEdits.Of(bytes).Select(edited => (name, edited)),
        ".safetensors" => SafetensorsEdits.Of(bytes).Select(edited => (name, edited)),
        _ => LineEdits.Of(Encoding.UTF8.GetString(bytes), ' ').Select(edited => (name, Encoding.UTF8.GetBytes(edited))),
    };

    private void Write(string name, byte[] bytes) => File.WriteAllBytes(Path.Combine(_folder, name), bytes);
}
