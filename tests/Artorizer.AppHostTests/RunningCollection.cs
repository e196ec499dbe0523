namespace Artorizer.AppHostTests;

/// <summary>Tests that start the model: one at a time, since each takes both cores while it starts.</summary>
[CollectionDefinition(nameof(RunningCollection), DisableParallelization = true)]
public sealed class RunningCollection;
