namespace SswpNas.MLNet.Tests.Readme;

/// <summary>Pieces of a source between // &lt;name&gt; and // &lt;/name&gt;, moved to the left.</summary>
internal static class Regions
{
    public static IEnumerable<string> All(string source)
    {
        string[] lines = source.Split('\n');
        for (int start = 0; start < lines.Length; start++)
        {
            string marker = lines[start].Trim();
            if (!marker.StartsWith("// <", StringComparison.Ordinal) || marker.StartsWith("// </", StringComparison.Ordinal)) continue;
            int end = Array.IndexOf(lines.Select(l => l.Trim()).ToArray(), marker.Replace("<", "</", StringComparison.Ordinal), start);
            Assert.IsTrue(end > start, $"The region {marker} has no end.");
            int indent = lines[start].IndexOf('/', StringComparison.Ordinal);
            yield return string.Join('\n', lines[(start + 1)..end].Select(l => l.Length > indent ? l[indent..] : l)) + '\n';
        }
    }
}
