using System.CommandLine;
using DrawParts;

Option<DirectoryInfo> output = new("--output") { Description = "Draw the data set into this folder." };
Option<DirectoryInfo> check = new("--check") { Description = "Draw again and compare with the files of this folder." };
RootCommand command = new("Draws the embedded data set: ten classes of small machined parts.") { output, check };
check.AcceptExistingOnly();
command.Validators.Add(result =>
{
    if (result.GetValue(output) is null == result.GetValue(check) is null)
        result.AddError("Give either --output FOLDER or --check FOLDER.");
});
command.SetAction(result =>
{
    IReadOnlyDictionary<string, byte[]> files = DataSet.Draw();
    return result.GetValue(output) is { } folder ? Write(files, folder) : Compare(files, result.GetValue(check)!);
});
return command.Parse(args).Invoke();

static int Write(IReadOnlyDictionary<string, byte[]> files, DirectoryInfo folder)
{
    foreach ((string path, byte[] bytes) in files)
    {
        string target = Path.Combine(folder.FullName, path);
        Directory.CreateDirectory(Path.GetDirectoryName(target)!);
        File.WriteAllBytes(target + ".tmp", bytes);
        File.Move(target + ".tmp", target, overwrite: true);
    }

    Console.WriteLine($"{files.Count} files, {files.Values.Sum(bytes => (long)bytes.Length):N0} bytes in {folder}");
    return 0;
}

static int Compare(IReadOnlyDictionary<string, byte[]> files, DirectoryInfo folder)
{
    string[] different = [.. files.Where(file => Differs(file.Key, file.Value)).Select(file => file.Key).Order()];
    string[] strange = [.. folder.EnumerateFiles("*.jpg", SearchOption.AllDirectories)
        .Select(file => Path.GetRelativePath(folder.FullName, file.FullName).Replace('\\', '/'))
        .Where(path => !files.ContainsKey(path)).Order()];
    foreach (string path in different.Take(10)) Console.Error.WriteLine($"missing or different: {path}");
    foreach (string path in strange.Take(10)) Console.Error.WriteLine($"not drawn by this program: {path}");
    Console.WriteLine($"{files.Count - different.Length} of {files.Count} files are as drawn here, " +
        $"{strange.Length} others");
    return different.Length + strange.Length == 0 ? 0 : 1;

    bool Differs(string path, byte[] bytes)
    {
        string target = Path.Combine(folder.FullName, path);
        return !File.Exists(target) || !File.ReadAllBytes(target).AsSpan().SequenceEqual(bytes);
    }
}
