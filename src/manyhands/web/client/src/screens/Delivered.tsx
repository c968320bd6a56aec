import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { type Delivered, type PaperWanted, type Production, type Shot, type Verified, get, post } from "../api";
import { Trouble } from "../parts";
import { Credentials, VerifyDrop } from "./Verify";

const address = (shot: Shot, name: string) => `/api/shots/${shot.id}/delivery/${encodeURIComponent(name)}`;
const size = (bytes: number) => (bytes > 1e6 ? `${(bytes / 1e6).toFixed(1)} MB` : `${Math.ceil(bytes / 1e3)} kB`);

/** What a delivery wrote: the credentials as a reader sees them, the page for the audience, the files. */
export function DeliveredFiles({ shot, files }: { shot: Shot; files: readonly Delivered[] }) {
  const stamp = files.map((one) => one.bytes).join(" ");
  const { data: told, error } = useQuery({
    queryKey: ["credentials", shot.id, stamp],
    queryFn: () => get<Verified>(`/shots/${shot.id}/credentials`),
    staleTime: Infinity,
  });
  const page = files.find((one) => one.name === "disclosure.html");
  return (
    <>
      <h2>As a reader of its credentials sees it</h2>
      {!told && !error && <p className="quiet" aria-busy="true">Reading the master …</p>}
      <Trouble error={error} />
      {told && <Credentials told={told} />}
      {page && (
        <>
          <h2>The page for the audience</h2>
          <iframe className="audience" title="The page for the audience" src={address(shot, page.name)} sandbox="allow-scripts" />
          <p>
            <a href={address(shot, page.name)} target="_blank" rel="noreferrer">Open it alone</a> <span className="quiet">It is one file, and can be published as it is.</span>
          </p>
        </>
      )}
      <h2>Files</h2>
      <ul className="files">
        {files.map((one) => (
          <li key={one.name}>
            {one.kind === "sequence" ? <span>{one.name}/</span> : <a href={address(shot, one.name)} {...(one.kind === "page" ? { target: "_blank", rel: "noreferrer" } : { download: one.name })}>{one.name}</a>}
            <span className="quiet right">{size(one.bytes)}</span>
          </li>
        ))}
      </ul>
      <h2>Verify a file</h2>
      <VerifyDrop />
    </>
  );
}

/** The papers that the production's rules want of this shot. */
export function Papers({ shot, production, files }: { shot: Shot; production: Production; files: readonly Delivered[] }) {
  const queries = useQueryClient();
  const may = production.may.includes("papers");
  const { data: wanted } = useQuery({ queryKey: ["papers", shot.id], queryFn: () => get<PaperWanted[]>(`/shots/${shot.id}/papers`), enabled: may });
  const write = useMutation({
    mutationFn: (name: string) => post<string[]>(`/shots/${shot.id}/papers`, { names: [name] }),
    onSuccess: () => void queries.invalidateQueries({ queryKey: ["delivered", shot.id] }),
  });
  if (!may || !wanted?.length) return null;
  const written = (name: string) => (write.variables === name && write.data ? write.data : []);
  return (
    <>
      <h2>Papers that rules want</h2>
      <ul className="rules">
        {wanted.map((one) => (
          <li key={one.paper}>
            <b>{one.paper}</b> <span className="quiet">{one.is_certain ? "wanted by" : "perhaps wanted by"} {one.rules.join(", ")}</span>
            {one.missing.length > 0 && <p className="quiet">Not known yet: {one.missing.join(", ").replaceAll("_", " ")}.</p>}
            {one.comes_with_delivery ? (
              <p className="quiet">{files.length > 0 ? "It lies among the files." : "It comes with the delivery."}</p>
            ) : one.can_be_written ? (
              <div className="row">
                <button type="button" className="small" onClick={() => write.mutate(one.paper)} disabled={write.isPending}>
                  Write it
                </button>
                {written(one.paper).map((name) => <a key={name} href={address(shot, name)} target="_blank" rel="noreferrer">{name}</a>)}
              </div>
            ) : (
              <p className="quiet">{one.how}</p>
            )}
          </li>
        ))}
      </ul>
      <Trouble error={write.error} />
    </>
  );
}
