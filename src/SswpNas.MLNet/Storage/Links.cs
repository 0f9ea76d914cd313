namespace SswpNas.MLNet.Storage;

/// <summary>Symbolic links: where they lead.</summary>
internal static class Links
{
    private const int MostFollowed = 40;

    /// <summary>Where a path in a folder leads if a link in it, its last part or one before, goes outside; else null.</summary>
    public static string? Leaves(string path, string folder)
    {
        if (!HasLink(path, folder)) return null;
        string target = Resolved(path);
        string inside = Path.TrimEndingDirectorySeparator(Resolved(folder)) + Path.DirectorySeparatorChar;
        return target.StartsWith(inside, StringComparison.Ordinal) ? null : target;
    }

    /// <summary>Whether a part of the path below the folder is a link.</summary>
    private static bool HasLink(string path, string folder)
    {
        for (string? part = path; part is not null && part.Length > folder.Length; part = Path.GetDirectoryName(part))
        {
            if (new FileInfo(part).LinkTarget is not null) return true;
        }

        return false;
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
