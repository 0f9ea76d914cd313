namespace SswpNas.MLNet.Data;

/// <summary>Symbolic links: where they lead.</summary>
internal static class Links
{
    private const int MostFollowed = 40;

    /// <summary>Where a link leads if that is outside the folder, else null.</summary>
    public static string? Leaves(string path, string folder)
    {
        if (new FileInfo(path).LinkTarget is null) return null;
        string target = Resolved(path);
        string inside = Path.TrimEndingDirectorySeparator(Resolved(folder)) + Path.DirectorySeparatorChar;
        return target.StartsWith(inside, StringComparison.Ordinal) ? null : target;
    }

    /// <summary>The path without links in any of its parts.</summary>
    private static string Resolved(string path)
    {
        int followed = 0;
        string root = Path.GetPathRoot(path)!;
        string resolved = root;
        var left = new Stack<string>(Parts(path[root.Length..]));
        while (left.TryPop(out string? part))
        {
            resolved = Path.GetFullPath(Path.Combine(resolved, part));
            if (new FileInfo(resolved).LinkTarget is not string target) continue;
            if (++followed > MostFollowed) throw new IOException($"'{path}' is a link that leads round in a circle.");
            string parent = Path.IsPathRooted(target) ? Path.GetPathRoot(target)! : Path.GetDirectoryName(resolved)!;
            foreach (string p in Parts(Path.IsPathRooted(target) ? target[parent.Length..] : target)) left.Push(p);
            resolved = parent;
        }

        return resolved;
    }

    /// <summary>Last part first, for a stack.</summary>
    private static IEnumerable<string> Parts(string path) =>
        path.Split(Path.DirectorySeparatorChar, StringSplitOptions.RemoveEmptyEntries).Reverse();
}
