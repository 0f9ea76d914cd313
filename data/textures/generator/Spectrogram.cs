using DrawParts;
using SkiaSharp;

namespace DrawTextures;

/// <summary>Strengths over time (to the right) and frequency (upwards), with noise.</summary>
internal sealed class Spectrogram
{
    /// <summary>Side of a picture in pixels.</summary>
    public const int Side = 32;

    private readonly float[] _strength = new float[Side * Side];
    private readonly float _width;
    private readonly float _level;

    private Spectrogram(Dice dice)
    {
        _width = dice.Between(0.5, 1.1);
        _level = dice.Between(0.5, 1);
    }

    /// <summary>Draws a picture from (seed, class, index) and returns it as a PNG file.</summary>
    public static byte[] Draw(int seed, int classIndex, int index)
    {
        Dice dice = new(seed, classIndex, index);
        Spectrogram picture = new(dice);
        Signal.All[classIndex].Draw(picture, dice);
        picture.Disturb(dice);
        return picture.Encode(dice);
    }

    /// <summary>Adds a tone: its frequency and its strength at a time, each from 0 to 1.</summary>
    public void Tone(Func<float, float> frequency, Func<float, float> strength)
    {
        for (int x = 0; x < Side; x++)
        {
            float t = (x + 0.5f) / Side, row = frequency(t) * Side;
            for (int y = 0; y < Side; y++) Add(x, y, strength(t) * Bell(y + 0.5f - row));
        }
    }

    /// <summary>Adds a short sound from one frequency to another.</summary>
    public void Click(float time, float low, float high)
    {
        for (int x = 0; x < Side; x++)
        {
            float strength = Bell(x + 0.5f - (time * Side));
            for (int y = (int)(low * Side); y < high * Side; y++) Add(x, y, strength);
        }
    }

    private float Bell(float distance) => MathF.Exp(-distance * distance / (2 * _width * _width));

    private void Add(int x, int y, float strength) => _strength[(y * Side) + x] += _level * strength;

    /// <summary>What every class has: a hum, a gap in time, and noise that is stronger at some frequencies.</summary>
    private void Disturb(Dice dice)
    {
        if (dice.Chance(0.4))
        {
            float hum = dice.Between(0, 1), strength = dice.Between(0.2, 0.5);
            Tone(_ => hum, _ => strength);
        }

        int gap = dice.Chance(0.4) ? dice.Count(2, 5) : 0, start = dice.Count(0, Side - 6);
        float noise = dice.Between(0.15, 0.4), slope = dice.Between(-0.8, 0.8);
        for (int y = 0; y < Side; y++)
        {
            float here = noise * (1 + (slope * ((y / (float)Side) - 0.5f)));
            for (int x = 0; x < Side; x++)
            {
                int at = (y * Side) + x;
                if (x >= start && x < start + gap) _strength[at] *= 0.1f;
                // The magnitude of complex noise beside a tone, as a Fourier transform gives it.
                float real = _strength[at] + (here * dice.Normal()), imaginary = here * dice.Normal();
                _strength[at] = MathF.Sqrt((real * real) + (imaginary * imaginary));
            }
        }
    }

    private byte[] Encode(Dice dice)
    {
        float gain = dice.Between(0.7, 1.1), offset = dice.Between(-0.05, 0.1);
        byte[] pixels = new byte[Side * Side];
        for (int y = 0; y < Side; y++)
        {
            for (int x = 0; x < Side; x++)
            {
                float value = offset + (gain * MathF.Sqrt(_strength[(y * Side) + x]));
                // Few grey levels keep the files small; the noise is coarser than they are.
                pixels[((Side - 1 - y) * Side) + x] = (byte)(Math.Clamp((int)(value * 28), 0, 31) * 255 / 31);
            }
        }

        using SKImage image = SKImage.FromPixelCopy(new SKImageInfo(Side, Side, SKColorType.Gray8, SKAlphaType.Opaque), pixels);
        using SKData data = image.Encode(SKEncodedImageFormat.Png, 100);
        return data.ToArray();
    }
}
