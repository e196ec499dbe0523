using System.Diagnostics;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json.Nodes;

namespace Artorizer.IntegrationTests.Api;

/// <summary>Calls of the public API as a client would make them.</summary>
internal static class HostCalls
{
    private static readonly TimeSpan Timeout = TimeSpan.FromMinutes(2);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    /// <summary>A form with artist and title, unless they are given, and a file.</summary>
    public static MultipartFormDataContent Form(byte[]? image, string fileName, params (string Name, string Value)[] fields)
    {
        var form = new MultipartFormDataContent();
        foreach (var (name, value) in Complete(fields))
        {
            form.Add(new StringContent(value), name);
        }

        if (image is not null)
        {
            form.Add(new ByteArrayContent(image), "image", fileName);
        }

        return form;
    }

    public static async Task<HttpResponseMessage> ProtectAsync(
        this HttpClient client, byte[] image, string fileName, params (string Name, string Value)[] fields)
    {
        using var form = Form(image, fileName, fields);
        return await client.PostAsync(new Uri("protect", UriKind.Relative), form, Token);
    }

    /// <summary>Sends a picture on the default way and gives the job's id.</summary>
    public static async Task<string> SubmitAsync(this HttpClient client, byte[] image, string fileName, params (string Name, string Value)[] fields)
    {
        using var answer = await client.ProtectAsync(image, fileName, fields);
        return (string)(await answer.JsonAsync(HttpStatusCode.Accepted))["job_id"]!;
    }

    /// <summary>Queues a task and gives the job's id.</summary>
    public static async Task<string> QueueAsync(this HttpClient client, object task)
    {
        using var answer = await client.PostAsJsonAsync("queue", task, Token);
        return (string)(await answer.JsonAsync(HttpStatusCode.OK))["job_id"]!;
    }

    public static async Task<HttpResponseMessage> PostJsonAsync(this HttpClient client, string path, string json)
    {
        using var body = new StringContent(json, new MediaTypeHeaderValue("application/json"));
        return await client.PostAsync(new Uri(path, UriKind.Relative), body, Token);
    }

    public static async Task<JsonNode> GetJsonAsync(this HttpClient client, string path, HttpStatusCode expected = HttpStatusCode.OK)
    {
        using var answer = await client.GetAsync(new Uri(path, UriKind.RelativeOrAbsolute), Token);
        return await answer.JsonAsync(expected);
    }

    public static Task<JsonNode> JobAsync(this HttpClient client, string jobId) => client.GetJsonAsync($"jobs/{jobId}");

    /// <summary>Waits for the end of a job, whichever it is.</summary>
    public static Task<JsonNode> EndOfAsync(this HttpClient client, string jobId) =>
        client.WaitAsync(jobId, job => (string?)job["status"] is "completed" or "failed");

    /// <summary>Waits until a job is as wanted.</summary>
    public static async Task<JsonNode> WaitAsync(this HttpClient client, string jobId, Func<JsonNode, bool> condition)
    {
        var clock = Stopwatch.StartNew();
        while (true)
        {
            var job = await client.JobAsync(jobId);
            if (condition(job))
            {
                return job;
            }

            Assert.True(clock.Elapsed < Timeout, $"The job stayed: {job.ToJsonString()}");
            await Task.Delay(25, Token);
        }
    }

    /// <summary>Sends a request with headers as they stand, and reads no further than the headers of the answer.</summary>
    public static async Task<HttpResponseMessage> AskAsync(
        this HttpClient client, HttpMethod method, string address, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(method, new Uri(client.BaseAddress!, address));
        foreach (var (name, value) in headers)
        {
            Assert.True(request.Headers.TryAddWithoutValidation(name, value));
        }

        return await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, Token);
    }

    /// <summary>Sends a picture and waits until its job is completed.</summary>
    public static async Task<string> FinishAsync(this HttpClient client, byte[] image, string fileName)
    {
        var jobId = await client.SubmitAsync(image, fileName);
        Assert.Equal("completed", (string?)(await client.EndOfAsync(jobId))["status"]);
        return jobId;
    }

    /// <summary>The body, once the status is as expected; else a failure that shows the body.</summary>
    public static async Task<JsonNode> JsonAsync(this HttpResponseMessage answer, HttpStatusCode expected)
    {
        var text = await answer.Content.ReadAsStringAsync(Token);
        Assert.True(answer.StatusCode == expected, $"Expected {(int)expected}, got {(int)answer.StatusCode}: {text}");
        return JsonNode.Parse(text)!;
    }

    /// <summary>Problem details of RFC 9457 with the older fields; checks their shape.</summary>
    public static async Task<JsonNode> ProblemAsync(this HttpResponseMessage answer, HttpStatusCode expected)
    {
        var problem = await answer.JsonAsync(expected);
        Assert.Equal("application/problem+json", answer.Content.Headers.ContentType?.MediaType);
        Assert.Equal((int)expected, (int)problem["status"]!);
        Assert.Equal($"/errors#{problem["code"]}", (string?)problem["type"]);
        Assert.NotEmpty((string)problem["title"]!);
        Assert.NotEmpty((string)problem["error"]!);
        Assert.NotEmpty((string)problem["detail"]!);
        AssertDiscreet(problem.ToJsonString());
        return problem;
    }

    /// <summary>No path of the server, no stack trace, no type of the program.</summary>
    public static void AssertDiscreet(string text)
    {
        foreach (var leak in new[] { "   at ", "/tmp/", "/home/", "Exception", "System.", "Artorizer.", ".cs:", "SQLite" })
        {
            Assert.DoesNotContain(leak, text, StringComparison.Ordinal);
        }
    }

    private static IEnumerable<(string Name, string Value)> Complete((string Name, string Value)[] fields)
    {
        foreach (var (name, value) in new[] { ("artist_name", "Ada"), ("artwork_title", "First light") })
        {
            var plain = name.Replace("_", "", StringComparison.Ordinal);
            if (!fields.Any(f => f.Name.Replace("_", "", StringComparison.Ordinal).Equals(plain, StringComparison.OrdinalIgnoreCase)))
            {
                yield return (name, value);
            }
        }

        foreach (var field in fields)
        {
            yield return field;
        }
    }
}
