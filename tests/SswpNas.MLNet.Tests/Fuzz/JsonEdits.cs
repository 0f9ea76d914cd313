using System.Text;
using System.Text.Json.Nodes;
using CsCheck;

namespace SswpNas.MLNet.Tests.Fuzz;

/// <summary>Damage to JSON that leaves it JSON: what a reader finds behind its parser.</summary>
internal static class JsonEdits
{
    private static readonly string[] _values =
    [
        "null", "true", "-1", "0", "1", "2147483647", "-2147483648", "4294967296", "9223372036854775807", "1.5", "-0.0", "1e308", "1e-320",
        "\"\"", "\"NaN\"", "\"Infinity\"", "\"0\"", "\"\\u0000\"", "\"../../x\"", "[]", "{}", "[null]", "[1,2,3]", "[[1]]", "{\"a\":1}",
        new string('[', 60) + new string(']', 60),
    ];

    private static readonly Gen<Func<JsonNode, bool>> One = Gen.Select(
        Gen.Int[0, 5], Gen.UInt, Gen.UInt, (kind, which, value) => (Func<JsonNode, bool>)(root => Edit(root, kind, which, value)));

    /// <summary>One to three edits of a document; a quarter of the inputs have their bytes edited as well.</summary>
    public static Gen<byte[]> Of(byte[] json)
    {
        Gen<byte[]> edited = One.Array[1, 3].Select(edits =>
        {
            JsonNode root = JsonNode.Parse(json)!;
            foreach (Func<JsonNode, bool> edit in edits) edit(root);
            return Encoding.UTF8.GetBytes(root.ToJsonString());
        });
        return Gen.Frequency((2, edited), (1, ByteEdits.Of(json)), (1, ByteEdits.Of(edited)));
    }

    private static bool Edit(JsonNode root, int kind, uint which, uint value)
    {
        JsonNode?[] all = [.. Children(root)];
        if (all.Length == 0) return false;
        JsonNode? node = all[which % all.Length];
        if (node?.Parent is null) return false;
        switch (kind)
        {
            case 0 when node.Parent is JsonObject parent:
                return parent.Remove(node.GetPropertyName());
            case 0 when node.Parent is JsonArray parent:
                return parent.Remove(node);
            case 1:
                return Replace(node, JsonNode.Parse(_values[value % _values.Length]));
            case 2:
                return Replace(node, all[value % all.Length]?.DeepClone());
            case 3 when node.Parent is JsonArray parent:
                for (uint i = 0; i < 1 + (value % 300); i++) parent.Add(node.DeepClone());
                return true;
            case 4 when node.Parent is JsonObject parent:
                parent[$"{node.GetPropertyName()}{value % 3}"] = node.DeepClone();
                return true;
            default:
                return Replace(node, JsonValue.Create(new string((char)('a' + (value % 26)), (int)(value % 3000))));
        }
    }

    private static bool Replace(JsonNode node, JsonNode? other)
    {
        if (node.Parent is JsonObject parent) parent[node.GetPropertyName()] = other;
        else ((JsonArray)node.Parent!)[node.GetElementIndex()] = other;
        return true;
    }

    private static IEnumerable<JsonNode?> Children(JsonNode root)
    {
        IEnumerable<JsonNode?> own = root switch
        {
            JsonObject o => o.Select(p => p.Value),
            JsonArray a => a,
            _ => [],
        };
        return own.SelectMany(child => child is null ? [] : Children(child).Prepend(child));
    }
}
