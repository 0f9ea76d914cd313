using System.Diagnostics;
using System.Globalization;
using CsCheck;

namespace SswpNas.MLNet.Tests.Fuzz;

/// <summary>
/// Gives a reader inputs that CsCheck's generators make of a good one, and asks that it gives a value or one of its documented
/// exceptions, in bounded time and memory. Input i of a seed is the same on every machine:
/// <c>SSWPNAS_FUZZ_SEED</c> sets the seed, <c>SSWPNAS_FUZZ_INPUTS</c> how many inputs a reader gets: 200, 2,000 in the long tests.
/// </summary>
internal static class Fuzzing
{
    private const int ShrinkTries = 2000;
    private static readonly TimeSpan MostTime = TimeSpan.FromSeconds(30); // on a machine with other work

    public static int Inputs { get; } = (int)Number("SSWPNAS_FUZZ_INPUTS", 200);

    public static ulong Seed { get; } = (ulong)Number("SSWPNAS_FUZZ_SEED", 20261125);

    /// <summary>Runs all inputs.</summary>
    /// <param name="reader">For messages.</param>
    /// <param name="inputs">Makes inputs.</param>
    /// <param name="read">Reads one.</param>
    /// <param name="documented">Exceptions that it may throw, of exactly these types.</param>
    /// <param name="mostBytes">What one input may make .NET allocate.</param>
    public static void Run<T>(
        string reader, Gen<T> inputs, Action<T> read, Type[] documented, long mostBytes = 64 << 20)
    {
        Stopwatch clock = Stopwatch.StartNew();
        Console.WriteLine($"{reader}: {Inputs} inputs, seed {Seed}");
        int refused = 0;
        (long Bytes, TimeSpan Time) most = default;
        long resident = Environment.WorkingSet;
        for (int i = 0; i < Inputs; i++)
        {
            T input = inputs.Generate(new PCG((uint)i, Seed), null, out _);
            long allocated = GC.GetAllocatedBytesForCurrentThread();
            TimeSpan start = clock.Elapsed;
            try
            {
                if (IsRefused(read, input, documented)) refused++;
            }
            catch (Exception e)
            {
                throw new AssertFailedException(
                    $"{reader}: input {i} of seed {Seed} gave {e.GetType()}: {e.Message} {e.InnerException}\n{Shrunk(inputs, i, read, documented)}", e);
            }

            most = (Math.Max(most.Bytes, GC.GetAllocatedBytesForCurrentThread() - allocated),
                clock.Elapsed - start > most.Time ? clock.Elapsed - start : most.Time);
            Assert.IsLessThan(mostBytes, most.Bytes, $"{reader}: bytes that input {i} of seed {Seed} took");
            Assert.IsLessThan(MostTime, most.Time, $"{reader}: time that input {i} of seed {Seed} took");
        }

        long grown = Environment.WorkingSet - resident;
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{reader}: {refused} refused, {Inputs - refused} read; at most {most.Bytes >> 10} KiB and {most.Time.TotalMilliseconds:F0} ms "
            + $"an input; {grown >> 20} MiB resident more than before; {clock.Elapsed.TotalSeconds:F1} s"));
        Assert.IsGreaterThan(0, refused, "Mutations that are all accepted test nothing.");
        Assert.IsLessThan(400L << 20, grown, "resident memory");
    }

    private static bool IsRefused<T>(Action<T> read, T input, Type[] documented)
    {
        try
        {
            read(input);
            return false;
        }
        catch (Exception e) when (documented.Contains(e.GetType()))
        {
            Assert.IsGreaterThan(10, e.Message.Length, "A message says something.");
            return true;
        }
    }

    /// <summary>A smaller input that fails too, as CsCheck finds it.</summary>
    private static string Shrunk<T>(Gen<T> inputs, int i, Action<T> read, Type[] documented)
    {
        try
        {
            inputs.Sample(
                input => { IsRefused(read, input, documented); }, seed: new PCG((uint)i, Seed).ToString(), iter: ShrinkTries, threads: 1);
            return "It did not fail again.";
        }
        catch (CsCheckException e)
        {
            return e.Message;
        }
    }

    private static long Number(string variable, long otherwise) =>
        Environment.GetEnvironmentVariable(variable) is { Length: > 0 } text
            ? long.Parse(text, NumberStyles.None, CultureInfo.InvariantCulture)
            : otherwise;
}
