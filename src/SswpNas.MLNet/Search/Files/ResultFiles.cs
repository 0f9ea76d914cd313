namespace SswpNas.MLNet.Search.Files;

/// <summary>Writes the files that every kind of result has into a new folder.</summary>
internal sealed class ResultFiles(string folder)
{
    public void WriteText(string name, string text) => WriteBytes(name, Encoding.UTF8.GetBytes(text));

    public void WriteBytes(string name, byte[] bytes) => ResultFolder.WriteFile(folder, name, stream => stream.Write(bytes));

    public void WriteTensors(string name, IReadOnlyDictionary<string, TensorValue> tensors) =>
        ResultFolder.WriteFile(folder, name, stream => Safetensors.Write(stream, tensors));

    /// <summary>The network's own files, and the sums of all: to be written last.</summary>
    public void Finish(FoundNetwork found, ResultFolder kind)
    {
        WriteText(ResultFolder.Genotype, found.Genotype + "\n");
        WriteTensors(ResultFolder.Weights, found.Weights);
        WriteText(Sha256Sums.FileName, Sha256Sums.Of(folder, kind.Contents));
    }
}
