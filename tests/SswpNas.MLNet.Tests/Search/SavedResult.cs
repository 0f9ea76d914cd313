using System.Text;
using SswpNas.MLNet.Search.Files;
using SswpNas.MLNet.Storage;

namespace SswpNas.MLNet.Tests.Search;

/// <summary>A saved search result in a temporary folder, whose files can be altered; gone when disposed.</summary>
internal sealed class SavedResult : IDisposable
{
    private readonly string _root = Directory.CreateTempSubdirectory("sswpnas-").FullName;

    public SavedResult(SearchResult? result = null)
    {
        Folder = Path.Combine(_root, "found");
        (result ?? SearchResultSamples.Make()).Save(Folder);
    }

    public string Root => _root;

    public string Folder { get; }

    public string PathOf(string name) => Path.Combine(Folder, name);

    public byte[] Bytes(string name) => File.ReadAllBytes(PathOf(name));

    /// <summary>Replaces a file, and the sums too, so that what is behind them is reached.</summary>
    public void Alter(string name, byte[] bytes)
    {
        File.WriteAllBytes(PathOf(name), bytes);
        File.WriteAllText(PathOf(Sha256Sums.FileName), Sha256Sums.Of(Folder, ResultFolder.OfSearch.Contents));
    }

    /// <summary>Replaces a text that occurs in a file.</summary>
    public void Alter(string name, string old, string replacement)
    {
        string text = Encoding.UTF8.GetString(Bytes(name));
        Assert.Contains(old, text);
        int at = text.IndexOf(old, StringComparison.Ordinal);
        Alter(name, Encoding.UTF8.GetBytes(text[..at] + replacement + text[(at + old.Length)..]));
    }

    public void AlterWeights(Action<OrderedDictionary<string, TensorValue>> change)
    {
        OrderedDictionary<string, TensorValue> tensors = Safetensors.Read(PathOf(ResultFolder.Weights));
        change(tensors);
        AlterTensors(ResultFolder.Weights, tensors);
    }

    public void AlterTensors(string name, IReadOnlyDictionary<string, TensorValue> tensors)
    {
        using MemoryStream stream = new();
        Safetensors.Write(stream, tensors);
        Alter(name, stream.ToArray());
    }

    /// <summary>The message that loading fails with.</summary>
    public string Refusal() => Assert.ThrowsExactly<InvalidDataException>(() => SearchResult.Load(Folder)).Message;

    public void Dispose() => Directory.Delete(_root, recursive: true);
}
