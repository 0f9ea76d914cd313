namespace SswpNas.MLNet;

public sealed partial class SswpNasCatalog
{
    /// <summary>
    /// Searches an architecture on images, without labels unless the objective is <see cref="SearchObjective.Supervised"/>,
    /// and trains its weights in the same run.
    /// </summary>
    /// <param name="outputColumnName">The column for the features.</param>
    /// <param name="inputColumnName">
    /// The pixel column, a vector of <see cref="float"/> as <c>ExtractPixels</c> makes it: square images of 1 or 3 channels.
    /// </param>
    /// <param name="options">Settings; null takes <see cref="SearchOptions.Laptop"/>.</param>
    /// <param name="labelColumnName">
    /// The label column, of key type, of a supervised search; rows with a missing label are left out. Null for every other
    /// objective.
    /// </param>
    /// <param name="teacherColumnName">
    /// The column of a teacher's features, a vector of <see cref="float"/> of known length that any featurizer made earlier in the
    /// chain (<c>DnnFeaturizeImage</c>, <c>ApplyOnnxModel</c>): the network learns to match them, in place of the objective or
    /// beside it (<see cref="SearchOptions.TeacherShare"/>). Scoring does not need the column. Null (default) for no teacher.
    /// </param>
    /// <returns>An estimator to fit or to chain.</returns>
    /// <exception cref="ArgumentException">
    /// A name is empty, options are out of range, or the label column is missing or not asked for: the message lists every
    /// problem.
    /// </exception>
    public SswpNasSearchEstimator Search(
        string outputColumnName = "Features", string inputColumnName = "Pixels", SearchOptions? options = null,
        string? labelColumnName = null, string? teacherColumnName = null) =>
        new(Context, outputColumnName, inputColumnName, options ?? SearchOptions.Laptop, labelColumnName, teacherColumnName);

    /// <summary>Turns images into the features of a search that is there already; nothing is trained.</summary>
    /// <param name="searchResult">What a search found, for example <see cref="SearchResult.Load(string)"/>ed.</param>
    /// <param name="outputColumnName">The column for the features.</param>
    /// <param name="inputColumnName">The pixel column, of images of the size and channels that were searched on.</param>
    /// <returns>An estimator to fit or to chain.</returns>
    /// <exception cref="ArgumentException">A name is empty, or both are the same.</exception>
    public ImageEncodingEstimator EncodeImages(
        SearchResult searchResult, string outputColumnName = "Features", string inputColumnName = "Pixels") =>
        new(Context, searchResult, outputColumnName, inputColumnName);

    /// <summary>
    /// Pre-trains a searched architecture with SimCLR from fresh weights: the baseline that
    /// <see cref="WeightInitialization.SimClrPretrained"/> starts from.
    /// </summary>
    /// <param name="outputColumnName">The column for the features.</param>
    /// <param name="inputColumnName">The pixel column that the search had.</param>
    /// <param name="options">
    /// Settings; null takes <see cref="PretrainOptions.Laptop"/>. <see cref="PretrainOptions.From"/> takes over a search's.
    /// </param>
    /// <param name="searchResult">
    /// What a search found; null takes the search that comes earlier in the same chain. Its weights are not used.
    /// </param>
    /// <returns>An estimator to fit or to chain.</returns>
    /// <exception cref="ArgumentException">A name is empty, or options are out of range: the message lists all of them.</exception>
    public SimClrPretrainEstimator Pretrain(
        string outputColumnName = "Features", string inputColumnName = "Pixels", PretrainOptions? options = null,
        SearchResult? searchResult = null) =>
        new(Context, outputColumnName, inputColumnName, options ?? PretrainOptions.Laptop, searchResult);

    /// <summary>Fine-tunes a searched network with a few labels.</summary>
    /// <param name="labelColumnName">The label column, of key type; rows with a missing label are left out.</param>
    /// <param name="inputColumnName">The pixel column that the search had.</param>
    /// <param name="options">Settings; null takes <see cref="FineTuneOptions.Laptop"/>.</param>
    /// <param name="searchResult">
    /// What a search found, for example <see cref="SearchResult.Load(string)"/>ed; null takes the search that comes earlier
    /// in the same chain.
    /// </param>
    /// <param name="pretrainResult">
    /// What a pre-training gave, for the initialisation <see cref="WeightInitialization.SimClrPretrained"/>; other
    /// initialisations ignore it. Null takes the pre-training that comes earlier in the same chain.
    /// </param>
    /// <returns>An estimator to fit or to chain.</returns>
    /// <exception cref="ArgumentException">A name is empty, or options are out of range: the message lists all of them.</exception>
    public ConcomitantFineTuneEstimator FineTune(
        string labelColumnName = "Label", string inputColumnName = "Pixels", FineTuneOptions? options = null,
        SearchResult? searchResult = null, PretrainResult? pretrainResult = null) =>
        new(Context, labelColumnName, inputColumnName, options ?? FineTuneOptions.Laptop, searchResult, pretrainResult);

    /// <summary>Trains an architecture from scratch on images with labels (Table 5).</summary>
    /// <param name="architecture">
    /// The architecture, for example <c>new Architecture(KnownGenotypes.DARTS_V2(20), 36)</c>; null takes that of the search
    /// that comes earlier in the same chain.
    /// </param>
    /// <param name="labelColumnName">The label column, of key type; rows with a missing label are left out.</param>
    /// <param name="inputColumnName">The pixel column: square images of any size that the architecture takes.</param>
    /// <param name="options">Settings; null takes <see cref="TrainOptions.Laptop"/>.</param>
    /// <returns>An estimator to fit or to chain.</returns>
    /// <exception cref="ArgumentException">A name is empty, or options are out of range: the message lists all of them.</exception>
    public ArchitectureTrainEstimator Train(
        Architecture? architecture = null, string labelColumnName = "Label", string inputColumnName = "Pixels",
        TrainOptions? options = null) =>
        new(Context, architecture, labelColumnName, inputColumnName, options ?? TrainOptions.Laptop);

    /// <summary>Trains the architecture that a search found from scratch; its weights are not used.</summary>
    /// <param name="searchResult">What a search found. Its images may have had another size.</param>
    /// <param name="labelColumnName">The label column, of key type; rows with a missing label are left out.</param>
    /// <param name="inputColumnName">The pixel column: square images of any size that the architecture takes.</param>
    /// <param name="options">Settings; null takes <see cref="TrainOptions.Laptop"/>.</param>
    /// <returns>An estimator to fit or to chain.</returns>
    /// <exception cref="ArgumentException">A name is empty, or options are out of range: the message lists all of them.</exception>
    public ArchitectureTrainEstimator Train(
        SearchResult searchResult, string labelColumnName = "Label", string inputColumnName = "Pixels",
        TrainOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(searchResult);
        return Train(searchResult.Architecture, labelColumnName, inputColumnName, options);
    }
}
