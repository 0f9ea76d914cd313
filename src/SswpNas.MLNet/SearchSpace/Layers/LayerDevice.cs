using static TorchSharp.torch;

namespace SswpNas.MLNet.SearchSpace.Layers;

/// <summary>Puts a layer's tensors onto a device.</summary>
internal static class LayerDevice
{
    public static void Move(Layer layer, Device device) => layer.Visit("", new Mover(device));

    private sealed class Mover(Device device) : ITensorVisitor
    {
        public void Weight(string name, Weight weight) => weight.MoveTo(device);

        public void Statistic(string name, ref Tensor tensor)
        {
            Tensor here = tensor;
            tensor = here.to(device).DetachFromDisposeScope();
            if (!ReferenceEquals(here, tensor)) here.Dispose();
        }
    }
}
