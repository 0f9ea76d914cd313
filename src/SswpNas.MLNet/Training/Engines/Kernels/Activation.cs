namespace SswpNas.MLNet.Training.Engines.Kernels;

/// <summary>Images x height x width x channels floats, channels last, and their gradient once somebody adds to it.</summary>
internal sealed unsafe class Activation(int images, int height, int width, int channels)
{
    public int Images => images;

    public int Height => height;

    public int Width => width;

    public int Channels => channels;

    public int Pixels => height * width;

    /// <summary>Floats of one image.</summary>
    public int ImageSize => height * width * channels;

    public long Count => (long)images * ImageSize;

    public float* Data { get; set; }

    public float* Gradient { get; set; }

    /// <summary>False for images: nobody asks for their gradient.</summary>
    public bool NeedsGradient { get; init; } = true;

    /// <summary>Whether <see cref="Data"/> is the pool's to take back.</summary>
    public bool Owned { get; init; } = true;

    /// <summary>Whether something was added to <see cref="Gradient"/> already.</summary>
    public bool GradientStarted { get; set; }
}
