using System.IO.Compression;
using Google.Protobuf;
using SswpNas.MLNet;
using SswpNas.MLNet.Onnx.Models;
using SswpNas.MLNet.Onnx.Proto;
using SswpNas.MLNet.Storage;

namespace SswpNasTool.Models;

/// <summary>The network in a model.zip as a file for other programs.</summary>
internal static class ExportedNetwork
{
    private const string Entry = "OnnxModel";
    private const string OtherOperators = "ai.onnx.ml";
    private const long MostBytes = 256 << 20;

    /// <summary>The bytes of the only ONNX model in an archive, without the nodes by which ML.NET names its slots.</summary>
    /// <param name="path">A model.zip.</param>
    /// <exception cref="InvalidDataException">It is damaged, or holds none or several.</exception>
    public static byte[] Of(string path)
    {
        byte[] zip = RegularFile.Bytes(path, MostBytes);
        ModelArchive.Check(zip, path, new ModelFileOptions());
        using ZipArchive archive = new(new MemoryStream(zip, writable: false), ZipArchiveMode.Read);
        ZipArchiveEntry[] found = [.. archive.Entries.Where(e => e.FullName.Replace('\\', '/').Split('/')[^1] == Entry)];
        if (found.Length != 1)
            throw new InvalidDataException($"The model '{path}' holds {found.Length} networks; one was expected, as in a model that 'sswpnas train' wrote.");
        using MemoryStream content = new();
        using (Stream stream = found[0].Open()) stream.CopyTo(content);
        byte[] bytes = content.ToArray();
        int start = OnnxContent.StartInArchive(bytes, path);
        ModelProto model = ModelProto.Parser.ParseFrom(bytes, start, bytes.Length - start);
        RemoveUnused(model.Graph);
        if (model.Graph.Node.All(node => node.Domain != OtherOperators))
            foreach (OperatorSetIdProto set in model.OpsetImport.Where(set => set.Domain == OtherOperators).ToArray()) model.OpsetImport.Remove(set);
        return model.ToByteArray();
    }

    private static void RemoveUnused(GraphProto graph)
    {
        while (true)
        {
            HashSet<string> used = [.. graph.Node.SelectMany(node => node.Input), .. graph.Output.Select(output => output.Name)];
            NodeProto[] unused = [.. graph.Node.Where(node => !node.Output.Any(used.Contains))];
            if (unused.Length == 0) return;
            foreach (NodeProto node in unused) graph.Node.Remove(node);
        }
    }
}
