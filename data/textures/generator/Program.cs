using System.CommandLine;
using DrawTextures;

(string Name, int Seed, int PerClass)[] splits = [("train", 4052, 125), ("test", 2504, 63)];
Option<DirectoryInfo> output = new("--output") { Description = "Draw the data set into this folder." };
Option<DirectoryInfo> check = new("--check") { Description = "Draw again and compare with the files of this folder." };
RootCommand command = new("Draws the second data set: spectrograms of eight kinds of sound.") { output, check };
check.AcceptExistingOnly();
command.Validators.Add(result =>
{
    if (result.GetValue(output) is null == result.GetValue(check) is null)
        result.AddError("Give either --output FOLDER or --check FOLDER.");
});
command.SetAction(result => result.GetValue(output) is { } folder ? Write(folder) : Compare(result.GetValue(check)!));
return command.Parse(args).Invoke();

IEnumerable<(string Path, byte[] Bytes)> Files() =>
    from split in splits
    from kind in Enumerable.Range(0, Signal.All.Count)
    from index in Enumerable.Range(0, split.PerClass)
    select (Path.Combine(split.Name, Signal.All[kind].Name, $"{index:0000}.png"), Spectrogram.Draw(split.Seed, kind, index));

int Write(DirectoryInfo folder)
{
    long bytes = 0;
    foreach ((string path, byte[] picture) in Files())
    {
        string target = Path.Combine(folder.FullName, path);
        Directory.CreateDirectory(Path.GetDirectoryName(target)!);
        File.WriteAllBytes(target, picture);
        bytes += picture.Length;
    }

    Console.WriteLine($"{bytes:N0} bytes in {folder}");
    return 0;
}

int Compare(DirectoryInfo folder)
{
    string[] different = [.. Files().Where(file => Differs(Path.Combine(folder.FullName, file.Path), file.Bytes)).Select(file => file.Path)];
    foreach (string path in different.Take(10)) Console.Error.WriteLine($"missing or different: {path}");
    Console.WriteLine($"{different.Length} files are not as drawn here");
    return different.Length == 0 ? 0 : 1;
}

static bool Differs(string target, byte[] bytes) =>
    !File.Exists(target) || !File.ReadAllBytes(target).AsSpan().SequenceEqual(bytes);
