using SswpNas.MLNet.Data;
using SswpNas.MLNet.Numerics;
using SswpNas.MLNet.Training;

namespace SswpNas.MLNet.Objectives;

/// <summary>How a step's images get to the engine.</summary>
internal static class StepImages
{
    /// <summary>Renders them into the engine's room, or has the device compute them.</summary>
    public static void Show(
        this IObjective objective, NetworkEngine engine, PixelStore store, int[] images, int seed, RandomPurpose purpose,
        long step, int side)
    {
        if (objective.OnDevice is not null)
        {
            engine.Show(objective.OnDevice.Render(store, images, seed, purpose, step, side));
            return;
        }

        ImageShape shape = new(store.Shape.Channels, side, side);
        Span<float> room = engine.Images(images.Length * objective.RowsPerImage, shape);
        objective.Render(store, images, seed, purpose, step, side, room);
    }
}
