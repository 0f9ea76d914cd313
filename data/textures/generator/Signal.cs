using DrawParts;

namespace DrawTextures;

/// <summary>A kind of sound: how strong it is at a time and a frequency, both from 0 to 1.</summary>
/// <param name="Name">The class folder.</param>
/// <param name="Draw">Adds one such sound to a spectrogram.</param>
internal sealed record Signal(string Name, Action<Spectrogram, Dice> Draw)
{
    /// <summary>All kinds, in the order of their numbers.</summary>
    public static IReadOnlyList<Signal> All { get; } =
    [
        new("arch", Arch),
        new("glide", Glide),
        new("harmonics", Harmonics),
        new("vibrato", Vibrato),
        new("tremolo", Tremolo),
        new("clicks", Clicks),
        new("beat", Beat),
        new("hop", Hop),
    ];

    /// <summary>A tone that rises and falls again.</summary>
    private static void Arch(Spectrogram s, Dice dice)
    {
        float low = dice.Between(0.1, 0.4), height = dice.Between(0.25, 0.5), top = dice.Between(0.35, 0.65);
        s.Tone(t => low + (height * (1 - MathF.Pow((t - top) / MathF.Max(top, 1 - top), 2))), _ => 1);
    }

    /// <summary>A tone that goes from one frequency to another, either way.</summary>
    private static void Glide(Spectrogram s, Dice dice)
    {
        float low = dice.Between(0.1, 0.4), high = low + dice.Between(0.25, 0.5), bend = dice.Between(0.6, 1.7);
        bool up = dice.Chance(0.5);
        s.Tone(t => low + ((high - low) * MathF.Pow(up ? t : 1 - t, bend)), _ => 1);
    }

    /// <summary>A steady tone and its multiples.</summary>
    private static void Harmonics(Spectrogram s, Dice dice)
    {
        float ground = dice.Between(0.12, 0.24), fade = dice.Between(0.6, 0.95);
        for (int k = 1; k * ground < 0.97; k++)
        {
            float frequency = k * ground, strength = MathF.Pow(fade, k - 1);
            s.Tone(_ => frequency, _ => strength);
        }
    }

    /// <summary>A tone whose frequency swings.</summary>
    private static void Vibrato(Spectrogram s, Dice dice)
    {
        float middle = dice.Between(0.25, 0.75), depth = dice.Between(0.05, 0.16), phase = dice.Angle();
        float turns = dice.Between(1.5, 4) * MathF.Tau;
        s.Tone(t => middle + (depth * MathF.Sin((turns * t) + phase)), _ => 1);
    }

    /// <summary>A steady tone whose strength swings.</summary>
    private static void Tremolo(Spectrogram s, Dice dice)
    {
        float frequency = dice.Between(0.15, 0.85), phase = dice.Angle(), turns = dice.Between(2, 5) * MathF.Tau;
        s.Tone(_ => frequency, t => MathF.Max(0, MathF.Sin((turns * t) + phase)));
    }

    /// <summary>Short wide-band sounds at even distances.</summary>
    private static void Clicks(Spectrogram s, Dice dice)
    {
        float distance = dice.Between(0.14, 0.33), first = dice.Between(0, distance);
        float low = dice.Between(0.05, 0.3), high = dice.Between(0.6, 0.95);
        for (float t = first; t < 1; t += distance) s.Click(t, low, high);
    }

    /// <summary>Two near tones that swell and fade against each other.</summary>
    private static void Beat(Spectrogram s, Dice dice)
    {
        float low = dice.Between(0.15, 0.7), apart = dice.Between(0.1, 0.2), phase = dice.Angle();
        float turns = dice.Between(2, 4) * MathF.Tau;
        s.Tone(_ => low, t => 0.5f + (0.5f * MathF.Sin((turns * t) + phase)));
        s.Tone(_ => low + apart, t => 0.5f - (0.5f * MathF.Sin((turns * t) + phase)));
    }

    /// <summary>A tone that jumps between frequencies.</summary>
    private static void Hop(Spectrogram s, Dice dice)
    {
        float[] steps = [.. Enumerable.Range(0, dice.Count(4, 7)).Select(_ => dice.Between(0.1, 0.9))];
        s.Tone(t => steps[Math.Min((int)(t * steps.Length), steps.Length - 1)], _ => 1);
    }
}
