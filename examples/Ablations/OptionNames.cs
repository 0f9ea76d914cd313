using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;

namespace Ablations;

/// <summary>Options as names and texts: all that a figure depends on, and nothing else.</summary>
internal static class OptionNames
{
    // They do not change a figure, or (the seed) are a column of their own.
    private static readonly string[] _free =
    [
        "Progress", "CancellationToken", "CancellationBehavior", "Checkpoints", "Threads", "StoreMemoryLimit", "Seed",
    ];

    private static readonly JsonSerializerOptions _json = new()
    {
        Converters = { new JsonStringEnumConverter() },
        NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
        TypeInfoResolver = new DefaultJsonTypeInfoResolver { Modifiers = { Remove } },
    };

    /// <summary>Every number and word with its path, such as <c>search.Phases.Prune</c>.</summary>
    public static IReadOnlyDictionary<string, string> Flat(object options)
    {
        SortedDictionary<string, string> flat = new(StringComparer.Ordinal);
        Flatten("", JsonSerializer.SerializeToNode(options, _json), flat);
        return flat;
    }

    /// <summary>A short name that only the same options have.</summary>
    public static string Key(object options)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(string.Join('\n', Flat(options).Select(o => $"{o.Key}={o.Value}")));
        return Convert.ToHexStringLower(SHA256.HashData(bytes).AsSpan(0, 10));
    }

    /// <summary>What differs from a base, as <c>search.Gates=Full</c>.</summary>
    public static string Changes(IReadOnlyDictionary<string, string> options, IReadOnlyDictionary<string, string> from) =>
        string.Join(", ", options.Where(o => from.GetValueOrDefault(o.Key) != o.Value).Select(o => $"{o.Key}={o.Value}"));

    private static void Flatten(string path, JsonNode? node, SortedDictionary<string, string> flat)
    {
        switch (node)
        {
            case JsonObject parts:
                foreach ((string name, JsonNode? child) in parts) Flatten(path.Length == 0 ? name : $"{path}.{name}", child, flat);
                break;
            case JsonArray list:
                flat[path] = string.Join(' ', list.Select(Text));
                break;
            default:
                flat[path] = Text(node);
                break;
        }
    }

    private static string Text(JsonNode? value) => value switch
    {
        null => "null",
        _ when value.GetValueKind() == JsonValueKind.String => value.GetValue<string>(),
        _ when value.GetValueKind() == JsonValueKind.Number && double.TryParse(
            value.ToJsonString(), NumberStyles.Float, CultureInfo.InvariantCulture, out double number) =>
            number.ToString(CultureInfo.InvariantCulture),
        _ => value.ToJsonString(),
    };

    private static void Remove(JsonTypeInfo type)
    {
        if (type.Kind != JsonTypeInfoKind.Object) return;
        for (int i = type.Properties.Count - 1; i >= 0; i--)
        {
            if (_free.Contains(type.Properties[i].Name)) type.Properties.RemoveAt(i);
        }
    }
}
