using System.Globalization;
using SswpNas.MLNet.CrashHost;

// memory RUN: what the search of a PeakMemory (JSON) was estimated at and took, in bytes.
// FOLDER [KIND NUMBER]: runs a small search and fine-tuning with checkpoints in the folder; kills itself at the NUMBER-th
// moment of the KIND. Says how many moments of each kind there were, and a hash of all that came out.
// ranks FOLDER SECONDS EPOCHS: a search by the processes that a launcher starts; SECONDS is how long one may keep the others waiting.
if (args is ["ranks", string checkpoints, string limit, string epochs])
{
    RankedRun.Say($"result {RankedRun.Run(checkpoints, limit, epochs)}");
    return;
}

if (args is ["memory", string run])
{
    (long estimated, long took) = PeakMemory.Measure(run);
    Console.WriteLine($"{estimated} {took}");
    return;
}

Moments moments = args.Length == 3
    ? new Moments(Enum.Parse<MomentKind>(args[1]), int.Parse(args[2], CultureInfo.InvariantCulture))
    : new Moments(MomentKind.Step, int.MaxValue);
string hash = SmallRun.Run(args[0], moments);
Console.WriteLine($"moments {string.Join(' ', moments.Counts)}");
Console.WriteLine($"result {hash}");
