using CsCheck;

namespace SswpNas.MLNet.Tests.Fuzz;

/// <summary>Damage to a text of lines of words that leaves it one: words and lines lost, doubled, exchanged, replaced.</summary>
internal static class LineEdits
{
    private static readonly Gen<Func<List<string>, char, string[], bool>> One = Gen.Select(
        Gen.Int[0, 6], Gen.UInt, Gen.UInt, Gen.UInt, (kind, line, word, other) =>
            (Func<List<string>, char, string[], bool>)((lines, separator, words) => Edit(lines, separator, words, kind, line, word, other)));

    /// <summary>One to four edits; a quarter of the inputs have their bytes edited as well.</summary>
    /// <param name="text">A good text.</param>
    /// <param name="separator">What is between words.</param>
    /// <param name="words">Words to put in beside those that are there.</param>
    public static Gen<string> Of(string text, char separator, params string[] words)
    {
        string[] all = [.. words, .. text.Split('\n', separator).Distinct()];
        Gen<string> edited = One.Array[1, 4].Select(edits =>
        {
            List<string> lines = [.. text.Split('\n')];
            foreach (var edit in edits) edit(lines, separator, all);
            return string.Join('\n', lines);
        });
        Gen<string> both = ByteEdits.Of(edited.Select(System.Text.Encoding.UTF8.GetBytes)).Select(System.Text.Encoding.UTF8.GetString);
        return Gen.Frequency((2, edited), (1, ByteEdits.Of(text)), (1, both));
    }

    private static bool Edit(
        List<string> lines, char separator, string[] words, int kind, uint lineNumber, uint wordNumber, uint other)
    {
        if (lines.Count == 0) return false;
        int at = (int)(lineNumber % lines.Count);
        List<string> line = [.. lines[at].Split(separator)];
        int word = (int)(wordNumber % line.Count);
        switch (kind)
        {
            case 0:
                lines.RemoveAt(at);
                return true;
            case 1:
                lines.InsertRange(at, Enumerable.Repeat(lines[at], 1 + (int)(other % 100)));
                return true;
            case 2:
                line.RemoveAt(word);
                break;
            case 3:
                line[word] = words[other % words.Length];
                break;
            case 4:
                line.Insert(word, words[other % words.Length]);
                break;
            case 5:
                (line[word], line[^1]) = (line[^1], line[word]);
                break;
            default:
                line[word] = string.Concat(Enumerable.Repeat(line[word], (int)(other % 50)));
                break;
        }

        lines[at] = string.Join(separator, line);
        return true;
    }
}
