using System.Diagnostics;
using System.Net;
using System.Runtime.Versioning;
using System.Text;
using System.Text.Json.Nodes;
using Artorizer.IntegrationTests.Uploads;

namespace Artorizer.IntegrationTests.Api;

/// <summary>What other users of the machine, and whoever gets a copy of it, see of the data folder.</summary>
[UnsupportedOSPlatform("windows")]
public sealed class DataAtRestTests(ApiFixture api) : ApiTest(api)
{
    private const UnixFileMode Others = UnixFileMode.GroupRead | UnixFileMode.GroupWrite | UnixFileMode.GroupExecute
        | UnixFileMode.OtherRead | UnixFileMode.OtherWrite | UnixFileMode.OtherExecute;

    private const UnixFileMode OpenDirectory = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute
        | UnixFileMode.GroupRead | UnixFileMode.GroupExecute | UnixFileMode.OtherRead | UnixFileMode.OtherExecute;

    private const UnixFileMode OpenFile =
        UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.OtherRead;

    private const string PayloadScript =
        """
        import sqlite3, sys
        database = sqlite3.connect("file:" + sys.argv[1] + "/artorizer.db?mode=ro", uri=True, timeout=30)
        for data, in database.execute("SELECT data FROM job_payloads"): print(data.decode("utf-8", "replace"))
        for data, in database.execute("SELECT data FROM messages WHERE data IS NOT NULL"): print(data.decode("utf-8", "replace"))
        """;

    [Fact]
    public async Task The_data_folder_is_its_owners_alone()
    {
        var parent = Directory.CreateTempSubdirectory("artorizer-modes-").FullName;
        var data = Path.Combine(parent, "data");
        try
        {
            // As an administrator makes it, before the first key.
            Directory.CreateDirectory(data, OpenDirectory);
            var key = (await ArtorizerHost.RunAsync("new-key", "ada", "--data", data)).Output.Trim();
            Assert.Empty(OpenToOthers(data));

            var host = await StartAsync(data: data);
            await UseAsync(host, key);
            Assert.Empty(OpenToOthers(data));
            await host.StopAsync();

            // As an earlier version, a backup or a careless hand left it.
            foreach (var directory in Directory.GetDirectories(data, "*", SearchOption.AllDirectories).Append(data))
            {
                File.SetUnixFileMode(directory, OpenDirectory);
            }

            foreach (var file in Directory.GetFiles(data))
            {
                File.SetUnixFileMode(file, OpenFile);
            }

            host = await StartAsync(data: data);
            Assert.Empty(OpenToOthers(data));
            await UseAsync(host, key);
            Assert.Empty(OpenToOthers(data));
            await host.StopAsync();
        }
        finally
        {
            Directory.Delete(parent, recursive: true);
        }
    }

    [Theory]
    [InlineData("form")]
    [InlineData("tus")]
    public async Task A_callbacks_token_is_encrypted_and_forgotten(string way)
    {
        var token = $"t0ken-{Guid.NewGuid():n}";
        var isOpen = false;
        await using var server = await WebServer.StartAsync(context =>
        {
            context.Response.StatusCode = Volatile.Read(ref isOpen) ? 204 : 503;
            return Task.CompletedTask;
        });
        var host = await StartAsync(new Dictionary<string, string?>(ApiFixture.LoopbackAllowed)
        {
            ["Worker:RetryDelay"] = "00:00:00.200", ["Worker:MaxRetryDelay"] = "00:00:00.500", ["Worker:MaxAttempts"] = "100",
        });
        var jobId = await SubmitAsync(host, way, new Uri(server.Address, "hook").ToString(), token);

        // The picture is done, its call is not, and waits with the token.
        await host.Client.EndOfAsync(jobId);
        await Eventually.TrueAsync(() => server.Requests.Count > 1);
        await AssertHiddenAsync(host.Data, token);
        Assert.Contains("encrypted:1:", await PayloadsAsync(host.Data), StringComparison.Ordinal);

        Volatile.Write(ref isOpen, true);
        await Eventually.TrueAsync(async () => !(await PayloadsAsync(host.Data)).Contains("encrypted:1:", StringComparison.Ordinal));
        Assert.All(server.Requests, request => Assert.Equal($"Bearer {token}", request.Authorization));
        await AssertHiddenAsync(host.Data, token);
        Assert.DoesNotContain(token, host.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_repeated_submission_is_known_with_its_token()
    {
        await using var server = await WebServer.StartAsync(_ => Task.CompletedTask);
        var picture = Api.Picture("tiny.png");
        var key = Guid.NewGuid().ToString();
        var ids = new List<string?>();
        foreach (var token in new[] { "first", "first", "second" })
        {
            using var form = HostCalls.Form(
                picture, "a.png", ("callback_url", new Uri(server.Address, "hook").ToString()), ("callback_auth_token", token),
                ("priority", "0"));
            using var request = new HttpRequestMessage(HttpMethod.Post, "protect") { Content = form };
            request.Headers.Add("Idempotency-Key", key);
            using var answer = await Client.SendAsync(request, Token);
            Assert.True(answer.IsSuccessStatusCode || answer.StatusCode == HttpStatusCode.UnprocessableEntity);
            ids.Add((string?)JsonNode.Parse(await answer.Content.ReadAsStringAsync(Token))!["job_id"]);
        }

        // Once the job is done its token is forgotten, and any other is as good.
        Assert.NotNull(ids[0]);
        Assert.Equal(ids[0], ids[1]);
        Assert.True(ids[2] is null || ids[2] == ids[0]);
    }

    private async Task UseAsync(ArtorizerHost host, string key)
    {
        using var client = host.NewClient();
        client.DefaultRequestHeaders.Add("X-Api-Key", key);
        await client.EndOfAsync(await client.SubmitAsync(Large(200_000), "large.jpg"));
    }

    private async Task<string> SubmitAsync(ArtorizerHost host, string way, string callback, string token)
    {
        var picture = Api.Picture("small.jpg");
        if (way == "form")
        {
            return await host.Client.SubmitAsync(picture, "a.jpg", ("callback_url", callback), ("callback_auth_token", token));
        }

        var path = await host.Client.CreateAsync(
            picture.Length, TusClient.Complete(("callback_url", callback), ("callback_auth_token", token), ("submit", "true")));
        await AssertHiddenAsync(host.Data, token);

        // What was said of the upload is told again, as the protocol wants it.
        using (var head = await host.Client.TusAsync(HttpMethod.Head, path))
        {
            Assert.Contains("callback_auth_token ", head.Header("Upload-Metadata"), StringComparison.Ordinal);
        }

        using var answer = await host.Client.PatchAsync(path, 0, picture);
        return answer.Header("Artorizer-Job-Id") ?? throw new InvalidOperationException(await answer.Content.ReadAsStringAsync(Token));
    }

    private static string[] OpenToOthers(string data) =>
    [
        .. Directory.GetFileSystemEntries(data, "*", SearchOption.AllDirectories).Append(data)
            .Where(path => (File.GetUnixFileMode(path) & Others) != 0),
    ];

    // In whatever file, with its log and what was deleted but not yet written over.
    private static async Task AssertHiddenAsync(string data, string token)
    {
        byte[][] forms = [Encoding.UTF8.GetBytes(token), Encoding.UTF8.GetBytes(Convert.ToBase64String(Encoding.UTF8.GetBytes(token)))];
        foreach (var path in Directory.GetFiles(data, "*", SearchOption.AllDirectories).Where(path => Path.GetFileName(path) != "lock"))
        {
            await using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            using var content = new MemoryStream();
            await file.CopyToAsync(content, Token);
            Assert.All(forms, form => Assert.True(content.ToArray().AsSpan().IndexOf(form) < 0, $"The token is in {path}."));
        }
    }

    private static async Task<string> PayloadsAsync(string data)
    {
        using var python = Process.Start(new ProcessStartInfo("/usr/bin/python3", ["-c", PayloadScript, data]) { RedirectStandardOutput = true })!;
        var text = await python.StandardOutput.ReadToEndAsync(Token);
        await python.WaitForExitAsync(Token);
        Assert.Equal(0, python.ExitCode);
        return text;
    }
}
