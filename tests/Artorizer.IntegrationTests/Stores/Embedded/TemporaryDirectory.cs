namespace Artorizer.IntegrationTests.Stores.Embedded;

internal sealed class TemporaryDirectory : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("artorizer-test-").FullName;

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
