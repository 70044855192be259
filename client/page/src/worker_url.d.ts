/** What Vite makes of a worker: the address of its own file in the build. */
declare module "*?worker&url" {
  const url: string;
  export default url;
}
