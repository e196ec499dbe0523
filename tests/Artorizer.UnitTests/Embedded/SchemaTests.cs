using Microsoft.Data.Sqlite;

namespace Artorizer.UnitTests.Embedded;

public sealed class SchemaTests
{
    [Fact]
    public async Task A_database_of_a_newer_version_is_refused_in_one_sentence()
    {
        await using var open = await OpenStores.CreateAsync();
        await open.CloseAsync();
        await using (var connection = new SqliteConnection($"Data Source={Path.Combine(open.Path, "artorizer.db")};Pooling=False"))
        {
            connection.Open();
            using var command = connection.CreateCommand();
            command.CommandText = "PRAGMA user_version = 999";
            command.ExecuteNonQuery();
        }

        var exception = await Assert.ThrowsAsync<InvalidDataException>(open.ReopenAsync);

        Assert.Contains("newer version", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_file_that_is_no_database_is_refused()
    {
        await using var open = await OpenStores.CreateAsync();
        await open.CloseAsync();
        await File.WriteAllTextAsync(Path.Combine(open.Path, "artorizer.db"), new string('x', 10_000), TestContext.Current.CancellationToken);

        await Assert.ThrowsAsync<IOException>(open.ReopenAsync);
    }

    [Fact]
    public async Task Closing_folds_the_log_into_the_database()
    {
        await using var open = await OpenStores.CreateAsync();
        await open.Stores.Jobs.CreateAsync(OpenStores.NewJob(), TestContext.Current.CancellationToken);
        await open.CloseAsync();

        Assert.Equal(["artorizer.db", "lock", "signing.key"], Directory.GetFiles(open.Path).Select(Path.GetFileName).Order());
    }
}
