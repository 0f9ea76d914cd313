using System.CommandLine;
using System.Globalization;
using System.Runtime.CompilerServices;
using YamlDotNet.Core;
using k8s;
using k8s.Models;

namespace SswpNas.MLNet.Tests.Examples.Sweep;

/// <summary>
/// The manifests are read into the models that are generated from Kubernetes' published OpenAPI, strictly: a field that its
/// API does not have is an error. Their containers' arguments go through the program's own command line.
/// </summary>
[TestClass]
public sealed class KubernetesManifestTests
{
    private static readonly string _folder = Path.GetFullPath(Path.Combine(
        Path.GetDirectoryName(ThisFile())!, "../../../../examples/LabelRatioSweep/k8s"));

    [TestMethod]
    [DataRow("search")]
    [DataRow("cells")]
    [DataRow("merge")]
    public void AJobHasTheFieldsOfTheApiAndNoOther(string name)
    {
        V1Job job = Job(name);

        Assert.AreEqual("batch/v1", job.ApiVersion);
        Assert.AreEqual("Job", job.Kind);
        Assert.AreEqual($"sweep-{name}", job.Metadata.Name);
        V1PodSpec pod = job.Spec.Template.Spec;
        Assert.AreEqual("Never", pod.RestartPolicy);
        V1Container container = pod.Containers.Single();
        Assert.IsNull(container.Command, "the image's entry point is the program");
        CollectionAssert.AreEquivalent(
            pod.Volumes.Select(v => v.Name).ToArray(), container.VolumeMounts.Select(m => m.Name).ToArray());
        Assert.AreEqual(Claim().Metadata.Name, pod.Volumes.Single(v => v.PersistentVolumeClaim is not null).PersistentVolumeClaim.ClaimName);
        foreach (string resource in new[] { "cpu", "memory" })
            Assert.AreEqual(container.Resources.Requests[resource].ToString(), container.Resources.Limits[resource].ToString());
    }

    [TestMethod]
    public void TheClaimIsSharedByNodes()
    {
        Assert.AreEqual("PersistentVolumeClaim", Claim().Kind);
        CollectionAssert.AreEqual(new[] { "ReadWriteMany" }, Claim().Spec.AccessModes.ToArray());
    }

    [TestMethod]
    [DataRow("search", "search")]
    [DataRow("cells", "run")]
    [DataRow("merge", "merge")]
    public void TheProgramTakesTheArguments(string name, string verb)
    {
        ParseResult parsed = Parsed(Job(name));

        Assert.IsEmpty(parsed.Errors, string.Join('\n', parsed.Errors));
        Assert.AreEqual(verb, parsed.CommandResult.Command.Name);
        V1Container container = Job(name).Spec.Template.Spec.Containers[0];
        string output = Argument(container, "output")!;
        Assert.AreEqual(Argument(Job("search").Spec.Template.Spec.Containers[0], "output"), output, "one folder for all jobs");
        Assert.Contains(m => output.StartsWith(m.MountPath + "/", StringComparison.Ordinal), container.VolumeMounts);
        if (Argument(container, "threads") is string threads)
            Assert.AreEqual(threads, container.Resources.Limits["cpu"].ToString());
    }

    [TestMethod]
    public void TheIndexedJobHasAPodForEachCellOfTheSearchsOptions()
    {
        V1JobSpec cells = Job("cells").Spec;
        Assert.AreEqual("Indexed", cells.CompletionMode);
        string[] options = [.. Job("search").Spec.Template.Spec.Containers[0].Args
            .Where(a => a.StartsWith("--ratios", StringComparison.Ordinal) || a.StartsWith("--seeds", StringComparison.Ordinal))];
        Assert.HasCount(2, options);
        ExampleProcess.Finished plan = ExampleProcess.Run("LabelRatioSweep", Path.GetTempPath(), ["plan", "--count", "--output", Path.GetRandomFileName(), .. options]);
        Assert.AreEqual(int.Parse(plan.Output, CultureInfo.InvariantCulture), cells.Completions);

        V1EnvVar index = cells.Template.Spec.Containers[0].Env.Single();
        Assert.AreEqual("metadata.annotations['batch.kubernetes.io/job-completion-index']", index.ValueFrom.FieldRef.FieldPath);
        Assert.AreEqual($"$({index.Name})", Argument(cells.Template.Spec.Containers[0], "cell"));
    }

    [TestMethod]
    public void AFieldThatTheApiDoesNotHaveWouldBeSeen()
    {
        string text = File.ReadAllText(Path.Combine(_folder, "cells.yaml"));
        Assert.ThrowsExactly<YamlException>(() => KubernetesYaml.Deserialize<V1Job>(
            text.Replace("completionMode", "completionsMode", StringComparison.Ordinal), strict: true));
    }

    private static ParseResult Parsed(V1Job job) => new RatioSweep.CommandLine().Parse(
        [.. job.Spec.Template.Spec.Containers[0].Args.Select(a => a.Replace("$(CELL)", "44", StringComparison.Ordinal))]);

    private static string? Argument(V1Container container, string name) => container.Args
        .SingleOrDefault(a => a.StartsWith($"--{name}=", StringComparison.Ordinal))?[(name.Length + 3)..];

    private static V1Job Job(string name) => Read<V1Job>(name);

    private static V1PersistentVolumeClaim Claim() => Read<V1PersistentVolumeClaim>("volume");

    private static T Read<T>(string name) =>
        KubernetesYaml.Deserialize<T>(File.ReadAllText(Path.Combine(_folder, name + ".yaml")), strict: true);

    private static string ThisFile([CallerFilePath] string path = "") => path;
}
