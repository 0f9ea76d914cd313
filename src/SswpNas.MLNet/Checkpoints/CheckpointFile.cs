namespace SswpNas.MLNet.Checkpoints;

/// <summary>What <c>run.json</c> of a checkpoint says.</summary>
internal sealed record CheckpointDocument(int Format, IReadOnlyDictionary<string, string> Run, JsonElement State);

/// <summary>
/// One checkpoint, a folder of three files: <c>run.json</c>, <c>tensors.safetensors</c> and <c>SHA256SUMS</c> of both. The
/// folder gets its name when all of it is on the disk.
/// </summary>
internal static class CheckpointFile
{
    public const int Format = 1;
    public const string Json = "run.json";
    public const string Tensors = "tensors.safetensors";

    private const int MaxJsonBytes = 256 << 20;
    private static readonly string[] Contents = [Json, Tensors];

    /// <summary>Writes the files of a new folder and flushes them.</summary>
    public static void Write(string folder, IReadOnlyDictionary<string, string> identity, Checkpoint checkpoint)
    {
        byte[] json = JsonSerializer.SerializeToUtf8Bytes(
            new CheckpointDocument(Format, identity, checkpoint.State), JsonFormat.Options);
        Disk.CreateFolder(folder);
        Disk.WriteNew(Path.Combine(folder, Json), file => file.Write(json));
        Disk.WriteNew(Path.Combine(folder, Tensors), file => Safetensors.Write(file, checkpoint.Tensors));
        byte[] sums = System.Text.Encoding.UTF8.GetBytes(Sha256Sums.Of(folder, Contents));
        Disk.WriteNew(Path.Combine(folder, Sha256Sums.FileName), file => file.Write(sums));
        Disk.FlushFolder(folder);
    }

    /// <summary>Reads a checkpoint whose sums are right.</summary>
    public static (IReadOnlyDictionary<string, string> Identity, Checkpoint Checkpoint) Read(string folder)
    {
        foreach (string name in Contents.Append(Sha256Sums.FileName))
        {
            string path = Path.Combine(folder, name);
            if (!File.Exists(path)) throw Damaged.File(path, "is missing", "a file of a checkpoint");
            RegularFile.Open(path, long.MaxValue).Dispose();
        }

        string json = Path.Combine(folder, Json), tensors = Path.Combine(folder, Tensors);
        Sha256Sums.Check(folder, Contents);
        CheckpointDocument document = Parse(RegularFile.Bytes(json, MaxJsonBytes), json);
        Checkpoint checkpoint = new(document.State, Safetensors.Read(tensors), folder);
        return checkpoint.NonFiniteTensor() is string name2
            ? throw Damaged.File(tensors, $"has tensor '{name2}' with numbers that are NaN or infinite", "finite numbers")
            : (document.Run, checkpoint);
    }

    private static CheckpointDocument Parse(byte[] json, string path)
    {
        try
        {
            CheckpointDocument? document = JsonSerializer.Deserialize<CheckpointDocument>(json, JsonFormat.Options);
            if (document is not { Format: Format, Run: not null })
                throw Damaged.File(path, $"has the format {document?.Format ?? 0}", $"{Format}");
            return document;
        }
        catch (JsonException e)
        {
            throw Damaged.File(path, $"is damaged ({e.Message})", "the JSON of a checkpoint", e);
        }
    }
}
