namespace SswpNas.MLNet.TensorBoard;

/// <summary>The letters and digits that name operations and nodes, in dots.</summary>
internal static class DotLetters
{
    public const int Height = 7;

    /// <summary>From one letter to the next, in dots.</summary>
    public const int Step = 6;

    // Seven rows of five dots a letter; the highest of five bits is the left one.
    private static readonly Dictionary<char, int[]> Letters = new()
    {
        ['0'] = [14, 17, 19, 21, 25, 17, 14],
        ['1'] = [4, 12, 4, 4, 4, 4, 14],
        ['2'] = [14, 17, 1, 2, 4, 8, 31],
        ['3'] = [31, 2, 4, 2, 1, 17, 14],
        ['5'] = [31, 16, 30, 1, 1, 17, 14],
        ['a'] = [0, 0, 14, 1, 15, 17, 15],
        ['d'] = [1, 1, 13, 19, 17, 17, 15],
        ['e'] = [0, 0, 14, 17, 31, 16, 14],
        ['g'] = [0, 15, 17, 17, 15, 1, 14],
        ['i'] = [4, 0, 12, 4, 4, 4, 14],
        ['k'] = [16, 16, 18, 20, 24, 20, 18],
        ['l'] = [12, 4, 4, 4, 4, 4, 14],
        ['m'] = [0, 0, 26, 21, 21, 17, 17],
        ['n'] = [0, 0, 22, 25, 17, 17, 17],
        ['o'] = [0, 0, 14, 17, 17, 17, 14],
        ['p'] = [0, 0, 30, 17, 30, 16, 16],
        ['s'] = [0, 0, 14, 16, 14, 1, 30],
        ['t'] = [8, 8, 28, 8, 8, 9, 6],
        ['u'] = [0, 0, 17, 17, 17, 19, 13],
        ['v'] = [0, 0, 17, 17, 17, 10, 4],
        ['x'] = [0, 0, 17, 10, 4, 10, 17],
        [' '] = [0, 0, 0, 0, 0, 0, 0],
    };

    /// <summary>The dots of a letter, from its upper left.</summary>
    public static IEnumerable<(int Column, int Row)> Of(char letter)
    {
        int[] rows = Letters[letter];
        return Enumerable.Range(0, Height).SelectMany(row => Enumerable.Range(0, 5)
            .Where(column => (rows[row] & (16 >> column)) != 0).Select(column => (column, row)));
    }
}
