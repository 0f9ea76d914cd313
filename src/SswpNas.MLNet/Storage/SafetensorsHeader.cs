namespace SswpNas.MLNet.Storage;

/// <summary>A tensor of a safetensors file: its numbers are the bytes Begin to End of the data.</summary>
internal readonly record struct SafetensorsEntry(string Name, long[] Shape, long Begin, long End);

/// <summary>The JSON header of a safetensors file, checked so that what follows holds no surprises.</summary>
internal static class SafetensorsHeader
{
    public const int MaxBytes = 16 << 20;
    private const string MetadataName = "__metadata__";
    public const string Float32 = "F32";
    private const int MaxRank = 8;

    // More would not fit into a span of bytes.
    private const long MaxValues = int.MaxValue / sizeof(float);

    private static readonly JsonDocumentOptions _json = new() { MaxDepth = 4, AllowDuplicateProperties = false };

    /// <summary>The tensors in the order of their data, which they fill without gaps.</summary>
    public static IReadOnlyList<SafetensorsEntry> Parse(byte[] json, long dataBytes, string path)
    {
        try
        {
            using var document = JsonDocument.Parse(json, _json);
            if (document.RootElement.ValueKind != JsonValueKind.Object)
                throw Damaged.File(path, $"has a header of kind {document.RootElement.ValueKind}", "a JSON object");
            return Of(document.RootElement, dataBytes, path);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            // InvalidOperationException: text that is not valid UTF-16, such as half a surrogate pair.
            throw Damaged.File(path, $"has a damaged header ({e.Message})", "a safetensors header in JSON", e);
        }
    }

    private static List<SafetensorsEntry> Of(JsonElement root, long dataBytes, string path)
    {
        List<SafetensorsEntry> entries = [];
        foreach (JsonProperty property in root.EnumerateObject())
        {
            if (property.Name == MetadataName) CheckMetadata(property.Value, path);
            else entries.Add(EntryOf(property, path));
        }

        entries.Sort((a, b) => (a.Begin, a.End).CompareTo((b.Begin, b.End)));
        long end = 0;
        foreach (SafetensorsEntry entry in entries)
        {
            if (entry.Begin != end)
                throw Damaged.File(path, $"has tensor '{entry.Name}' at byte {entry.Begin} of the data", $"byte {end}");
            end = entry.End;
        }

        if (end != dataBytes) throw Damaged.File(path, $"has {dataBytes} bytes of data", $"{end}, as its header says,");
        return entries;
    }

    /// <summary>What another writer noted is not used.</summary>
    private static void CheckMetadata(JsonElement value, string path)
    {
        if (value.ValueKind != JsonValueKind.Object
            || value.EnumerateObject().Any(p => p.Value.ValueKind != JsonValueKind.String))
        {
            throw Damaged.File(path, $"has a {MetadataName} of another form", "an object of strings");
        }
    }

    private static SafetensorsEntry EntryOf(JsonProperty property, string path)
    {
        string name = property.Name;
        if (property.Value.ValueKind != JsonValueKind.Object || property.Value.GetPropertyCount() != 3
            || !property.Value.TryGetProperty("dtype", out JsonElement dtype) || dtype.ValueKind != JsonValueKind.String
            || !property.Value.TryGetProperty("shape", out JsonElement shape)
            || !property.Value.TryGetProperty("data_offsets", out JsonElement offsets))
        {
            throw Damaged.File(
                path, $"describes tensor '{name}' by something else", "an object of dtype, shape and data_offsets");
        }

        if (dtype.GetString() != Float32)
            throw Damaged.File(path, $"has tensor '{name}' of type {dtype.GetString()}", $"{Float32} (32-bit floats)");
        SafetensorsEntry entry = new(name, Numbers(shape, name, path), 0, 0);
        if (Numbers(offsets, name, path) is not [long begin, long end] || begin > end)
        {
            throw Damaged.File(
                path, $"has the data_offsets {offsets} for tensor '{name}'", "a beginning and an end after it");
        }

        long? values = Count(entry.Shape);
        if (values is null || values * sizeof(float) != end - begin)
        {
            throw Damaged.File(
                path, $"has {end - begin} bytes for tensor '{name}' of shape [{string.Join(", ", entry.Shape)}]",
                $"4 for each of at most {MaxValues} numbers");
        }

        return entry with { Begin = begin, End = end };
    }

    private static long[] Numbers(JsonElement array, string name, string path)
    {
        long[] numbers = array.ValueKind != JsonValueKind.Array || array.GetArrayLength() > MaxRank
            ? [-1]
            : [.. array.EnumerateArray().Select(
                n => n.ValueKind == JsonValueKind.Number && n.TryGetInt64(out long number) ? number : -1)];
        return numbers.All(n => n >= 0)
            ? numbers
            : throw Damaged.File(
                path, $"has the shape or data_offsets {Start(array)} for tensor '{name}'",
                $"an array of at most {MaxRank} whole numbers of 0 or more");
    }

    /// <summary>How many numbers a shape has; null for more than <see cref="MaxValues"/>.</summary>
    private static long? Count(long[] shape)
    {
        if (shape.Contains(0)) return 0;
        long count = 1;
        foreach (long n in shape)
        {
            if (n > MaxValues / count) return null;
            count *= n;
        }

        return count;
    }

    private static string Start(JsonElement element) =>
        element.GetRawText() is { Length: > 80 } text ? text[..80] + "..." : element.GetRawText();
}
